import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";

/** A push service on this machine and the browser behind it, which alone can read what comes. Own reading of RFC 8291
 *  (sealing), 8188 (record) and 8292 (who sends), on node's primitives. */
export type PushService = {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** Messages as the browser would see them, oldest first. */
  readonly messages: string[];
  /** Why a message was turned away. */
  readonly refusals: string[];
  close(): Promise<void>;
};

export async function startPushService(vapidPublicKey: string): Promise<PushService> {
  const browser = createECDH("prime256v1");
  browser.generateKeys();
  const secret = randomBytes(16);
  const [messages, refusals]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        const { authorization = "", host = "" } = request.headers;
        checkSender(authorization, vapidPublicKey, `http://${host}`);
        messages.push(open(Buffer.concat(chunks), browser, secret));
        response.writeHead(201).end();
      } catch (error) {
        refusals.push(String(error));
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}/push/device`,
    p256dh: browser.getPublicKey("base64url"),
    auth: secret.toString("base64url"),
    messages,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** RFC 8292: an ES256 token for this very service, signed by the key that the browser subscribed under. */
function checkSender(authorization: string, vapidPublicKey: string, audience: string): void {
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
  if (key !== vapidPublicKey) throw new Error("another sender");
  const [header = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")))
    throw new Error("not signed by it");
  const { aud, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string; exp: number };
  if (aud !== audience) throw new Error(`meant for ${aud}`);
  if (exp * 1000 < Date.now() || exp * 1000 > Date.now() + 86_400_000) throw new Error("out of its time");
}

const hkdf = (salt: Buffer, input: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", input, salt, info, length));

/** RFC 8188, section 2.1: salt, record size, length of the sender's point, the point; then one record. */
function open(body: Buffer, browser: ReturnType<typeof createECDH>, secret: Buffer): string {
  const salt = body.subarray(0, 16);
  const pointEnd = 21 + body[20]!;
  const senderPoint = body.subarray(21, pointEnd);
  const record = body.subarray(pointEnd);
  const shared = browser.computeSecret(senderPoint);
  const keyInfo = Buffer.concat([Buffer.from("WebPush: info\0"), browser.getPublicKey(), senderPoint]);
  const input = hkdf(secret, shared, keyInfo, 32);
  const key = hkdf(salt, input, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = hkdf(salt, input, Buffer.from("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
