import { createHash, createHmac, randomUUID } from "node:crypto";

/** Somebody with an account at the relay and a pocket of their own at the exchange. */
export type Member = { readonly name: string; readonly cookie: string; readonly key: Key };
export type Key = { readonly accessKey: string; readonly secretKey: string };
export type Side = "bid" | "ask";
/** What is to stand at the exchange once: found there by the volume, which nobody else in the pocket has. */
export type Wanted = { readonly member: Member; readonly side: Side; readonly price: string; readonly volume: string };

/** A file for the exchange's `--accounts`: each has a pocket with money and coins enough. */
export const accountsFile = (keys: readonly Key[]): string =>
  JSON.stringify({
    accounts: keys.map((key, at) => ({
      name: `m${at}`,
      pockets: [{ name: "main", kind: "main", balances: { KRW: "100000000", XRP: "100000" }, keys: [key] }],
    })),
  });

export const newKey = (): Key => {
  const letters = () => (randomUUID() + randomUUID()).replaceAll("-", "").slice(0, 40);
  return { accessKey: letters(), secretKey: letters() };
};

/** Calls the relay as this member's page does.
 *  @throws where the relay does not answer, or with 5xx */
export async function callRelay(
  address: string,
  cookie: string,
  [method, path, body]: readonly [method: string, path: string, body?: unknown],
): Promise<{ readonly status: number; readonly body: never; readonly cookie: string }> {
  const answer = await fetch(address + path, {
    method,
    headers: { "Content-Type": "application/json", Cookie: cookie },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  const cookies = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
  return { status: answer.status, body: (text ? JSON.parse(text) : null) as never, cookie: cookies.join("; ") };
}

/** The same, where anything but success is a mistake of the test. */
export async function askRelay(...given: Parameters<typeof callRelay>): ReturnType<typeof callRelay> {
  const answer = await callRelay(...given);
  if (answer.status >= 300) throw new Error(`${given[2][1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

export async function joinRelay(address: string, name: string, key: Key): Promise<Member> {
  const entry = { name, displayName: name, salt: "0".repeat(32), verifier: "0".repeat(64) };
  const { cookie } = await askRelay(address, "", ["POST", "/api/sign-up", entry]);
  await askRelay(address, cookie, ["PUT", "/api/key", key]);
  return { name, cookie, key };
}

type ExchangeOrder = {
  readonly uuid: string;
  readonly identifier?: string;
  readonly side: Side;
  readonly volume: string;
};

/** Every order of a pocket, as the exchange itself tells it. Source: upbit-api 2.2, 2.3, 4.8, 4.9. */
export async function ordersAtExchange(rest: string, key: Key): Promise<readonly ExchangeOrder[]> {
  const [open, closed] = await Promise.all([askExchange("orders/open"), askExchange("orders/closed")]);
  return [...open, ...closed];

  async function askExchange(list: string): Promise<readonly ExchangeOrder[]> {
    const query = "limit=100";
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const hash = createHash("sha512").update(query).digest("hex");
    const claims = { access_key: key.accessKey, nonce: randomUUID(), query_hash: hash, query_hash_alg: "SHA512" };
    const signed = `${part({ alg: "HS512", typ: "JWT" })}.${part(claims)}`;
    const token = `${signed}.${createHmac("sha512", key.secretKey).update(signed).digest("base64url")}`;
    const answer = await fetch(`${rest}/v1/${list}?${query}`, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${list}: ${answer.status} ${await answer.text()}`);
    const orders = (await answer.json()) as readonly ExchangeOrder[];
    if (orders.length === 100) throw new Error(`${list} is longer than a page: the comparison would miss orders`);
    return orders;
  }
}
