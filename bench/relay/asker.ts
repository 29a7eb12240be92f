import { Agent, request } from "node:http";

export type Asked = {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string | string[] | undefined>;
};
export type Ask = (
  target: string,
  given?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown },
) => Promise<Asked>;

/** Requests over kept connections. Node's bare client, because what it takes itself is in every figure.
 *  @param connections to one address at a time */
export function createAsker(connections: number): Ask & { end(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ask: Ask = (target, { method = "GET", headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const sized =
        text === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) };
      const asked = request(target, { agent, method, headers: { ...headers, ...sized } }, (answer) => {
        const parts: string[] = [];
        answer.setEncoding("utf8").on("data", (part: string) => parts.push(part));
        answer.on("end", () => resolve({ status: answer.statusCode!, text: parts.join(""), headers: answer.headers }));
        answer.on("error", reject);
      });
      asked.on("error", reject).end(text);
    });
  return Object.assign(ask, { end: () => agent.destroy() });
}

/** Asks as fast as `clients` can for so long. @returns answers a second, and how long each took in milliseconds */
export async function loadFor(forMs: number, clients: number, one: (nth: number) => Promise<void>) {
  const tookMs: number[] = [];
  const beganMs = performance.now();
  let nth = 0;
  const client = async () => {
    while (performance.now() - beganMs < forMs) {
      const askedMs = performance.now();
      await one(nth++);
      tookMs.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: (1_000 * tookMs.length) / (performance.now() - beganMs), tookMs };
}

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;
