import type { Relay } from "../relay.ts";

/** Way to the exchange from one fixed address: a reverse proxy that passes the allowed paths on. Decision 0004. */
export type Egress = {
  /** The hop's own address, no trailing slash. */
  readonly url: string;
  /** Shared with the hop alone; it keeps strangers from sending through it. */
  readonly token: string;
  /** Host of the exchange: a hop that stands before another one refuses. */
  readonly exchangeHost: string;
};

/** What became of a request on its way out. `unsent`: the hop itself refused or could not connect, so the exchange has
 *  seen nothing. `unmarked`: an answer of the hop's address that the hop did not mark, so nobody knows whose it is. */
export type SentOut =
  | { readonly kind: "answered"; readonly response: Response }
  | { readonly kind: "unsent"; readonly status: number }
  | { readonly kind: "unmarked"; readonly status: number };

/** The hop marks every answer: `passed` is the exchange's own, `not-sent` its own refusal. */
const MARK = "X-Egress";
/** What else a local exchange answers (its clock) is no business of the hop. */
const API = "/v1/";

/** The one place where a request leaves for the exchange: straight, or through the hop where there is one.
 *  @param target path and query, as signed
 *  @throws what fetch throws when nothing came back */
export async function sendOut(
  { settings, outside }: Relay,
  target: string,
  init: RequestInit & { readonly headers: Record<string, string> },
): Promise<SentOut> {
  const { egress, exchangeUrl } = settings;
  if (!egress || !target.startsWith(API))
    return { kind: "answered", response: await outside.fetch(exchangeUrl + target, init) };
  const headers = { ...init.headers, "X-Egress-Token": egress.token, "X-Egress-To": egress.exchangeHost };
  const response = await outside.fetch(egress.url + target, { ...init, headers });
  const mark = response.headers.get(MARK);
  if (mark === "passed") return { kind: "answered", response };
  await response.body?.cancel();
  return { kind: mark === "not-sent" ? "unsent" : "unmarked", status: response.status };
}
