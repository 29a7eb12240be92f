import * as v from "valibot";
import { parseInstant } from "../../domain/time.ts";
import { ok, type Result } from "../../domain/result.ts";
import { UpbitApiKeySchema } from "../../domain/upbit.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { StoredKey } from "../../domain/wire.ts";
import { marketNow } from "../clock.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import { newId, type Relay } from "../relay.ts";
import { callExchange, type ExchangeAnswer, type ExchangeRequest } from "../upbit/client.ts";
import { questionFault } from "../upbit/exchange-fault.ts";
import type { Signer } from "../upbit/sign.ts";

export type KeyFacts = Pick<StoredKey, "permissions" | "expiresAtMs">;

/** Any market does; this one is never delisted. */
const PROBED_MARKET = "KRW-BTC";
/** Far below the market and just at the minimum total; the endpoint creates nothing. Source: upbit-api 4.5. */
const PROBE_ORDER = [
  ["market", PROBED_MARKET],
  ["side", "bid"],
  ["volume", "5"],
  ["price", "1000"],
  ["ord_type", "limit"],
  ["smp_type", "cancel_maker"],
] as const;
/** Answers that speak of the token or the traffic, not of a permission. */
const SAYS_NOTHING: readonly string[] = ["too_many_requests", "too_many_request_order", "nonce_used"];

type Permission = "yes" | "no" | "unclear";

/** What an answer says about the permission that its request needs: a refusal for any other reason proves it. */
function permissionShown(answer: ExchangeAnswer): Permission {
  if (answer.kind === "yes") return "yes";
  if (answer.kind !== "no") return "unclear";
  if (answer.name === "out_of_scope") return "no";
  return answer.status === 401 || SAYS_NOTHING.includes(answer.name) ? "unclear" : "yes";
}

/** There is no way to ask for a key's permissions: each is tried on something harmless. Source: upbit-api 2.1.
 *  Refuses keys that could withdraw or that cannot do what the product needs.
 *  @param cannotWithdraw the owner wrote so, for when the exchange does not tell. Rules K3, K5, K7. */
export async function checkKey(
  relay: Relay,
  signer: Signer,
  cannotWithdraw: boolean,
): Promise<Result<KeyFacts, RelayFault>> {
  const send = (request: Omit<ExchangeRequest, "signer">) => callExchange(relay, { ...request, signer });
  const accounts = await send({ method: "GET", path: "/v1/accounts" });
  if (accounts.kind !== "yes" && !(accounts.kind === "no" && accounts.name === "out_of_scope"))
    return questionFault(accounts);
  const [chance, order, withdrawal, keys] = await Promise.all([
    send({ method: "GET", path: "/v1/orders/chance", parameters: [["market", PROBED_MARKET]] }),
    send({ method: "POST", path: "/v1/orders/test", parameters: PROBE_ORDER }),
    send({ method: "DELETE", path: "/v1/withdraws/coin", parameters: [["uuid", newId(relay)]] }),
    send({ method: "GET", path: "/v1/api_keys" }),
  ]);
  const permissions = {
    viewAccount: permissionShown(accounts),
    viewOrders: permissionShown(chance),
    makeOrders: permissionShown(order),
    withdraw: permissionShown(withdrawal),
  };
  if (permissions.withdraw === "yes")
    return refuse("key-can-withdraw", "The key may withdraw; only keys without that permission are taken.");
  const lacking = (["viewAccount", "viewOrders", "makeOrders"] as const).filter((name) => permissions[name] === "no");
  if (lacking.length > 0) return refuse("key-lacks-permission", `The key lacks: ${lacking.join(", ")}.`);
  for (const answer of [chance, order])
    if (answer.kind !== "yes" && permissionShown(answer) === "unclear") return questionFault(answer);
  if (permissions.withdraw === "unclear" && !cannotWithdraw)
    return refuse("key-withdraw-unclear", "The exchange did not tell whether this key may withdraw.", "cannotWithdraw");
  const expiresAtMs = expiryOf(keys, signer.accessKey);
  const now = await marketNow(relay);
  if (!now.ok) return now;
  if (expiresAtMs !== null && expiresAtMs <= now.value) return stop("key-expired", "The key is past its year.");
  return ok({ permissions, expiresAtMs });
}

function expiryOf(answer: ExchangeAnswer, accessKey: string): EpochMs | null {
  const rows = answer.kind === "yes" ? v.safeParse(v.array(UpbitApiKeySchema), answer.body) : null;
  const row = rows?.success ? rows.output.find((entry) => entry.access_key === accessKey) : undefined;
  const instant = row ? parseInstant(row.expire_at) : null;
  return instant?.ok ? instant.value : null;
}
