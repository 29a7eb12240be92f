import { createHash, createHmac, randomUUID } from "node:crypto";

/** A client of the exchange for this room's tests. It signs for itself and shares nothing with the verifier. */
export type SigningClient = {
  call(method: "GET" | "POST" | "DELETE", path: string, parameters?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Sends a token as it is. */
  send(path: string, token: string): Promise<Reply>;
  tokenFor(hashed: string, claims?: Readonly<Record<string, string>>): string;
};
/** @property body parsed JSON, shaped by whoever asks */
export type Reply = { readonly status: number; readonly body: never; readonly headers: Headers };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function createSigningClient(rest: string, accessKey: string, secretKey: string): SigningClient {
  const tokenFor = (hashed: string, claims: Readonly<Record<string, string>> = {}): string => {
    const digest = createHash("sha512").update(hashed).digest("hex");
    const hash = hashed === "" ? {} : { query_hash: digest, query_hash_alg: "SHA512" };
    const payload = part({ access_key: accessKey, nonce: randomUUID(), ...hash, ...claims });
    const signed = `${part({ alg: "HS512", typ: "JWT" })}.${payload}`;
    return `${signed}.${createHmac("sha512", secretKey).update(signed).digest("base64url")}`;
  };
  const request = async (path: string, token: string, init: RequestInit = {}): Promise<Reply> => {
    const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` };
    const answer = await fetch(`${rest}${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as never, headers: answer.headers };
  };
  return {
    tokenFor,
    send: (path, token) => request(path, token),
    call: (method, path, parameters = {}) => {
      const pairs = Object.entries(parameters);
      const hashed = pairs.map(([name, value]) => `${name}=${value}`).join("&");
      if (method === "POST")
        return request(path, tokenFor(hashed), {
          method,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(parameters),
        });
      const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
      return request(encoded === "" ? path : `${path}?${encoded}`, tokenFor(hashed), { method });
    },
  };
}
