import * as v from "valibot";
import { fail, ok, type Result } from "../domain/result.ts";

/** What the exchange's documentation leaves open, one switch a point, with the reading that is played by default: the
 *  announced or stricter one, so that a client that gets along here gets along there. Source: upbit-api 9. */
export const SwitchesSchema = v.strictObject({
  /** 9.1: what an order without `smp_type` means. `cancel_maker`: announced for 2026-11-09. */
  smpDefault: v.optional(v.picklist(["cancel_maker", "none"]), "cancel_maker"),
  /** 9.2: whether `sec` of `Remaining-Req` counts the request it answers. */
  remainingCountsThis: v.optional(v.boolean(), true),
  /** 9.2: wire names of three groups: as documented, or with underscores. */
  groupNames: v.optional(v.picklist(["dashes", "underscores"]), "dashes"),
  /** 9.2: `min` of `order`: 60 times the limit of today, or of before 2026-08-21. */
  orderMin: v.optional(v.picklist([720, 480]), 720),
  /** 9.3: bodies of 429 and 418. */
  limitBody: v.optional(v.picklist(["json", "text"]), "json"),
  /** 9.3: whether 429 and 418 carry `Retry-After` in seconds. */
  retryAfter: v.optional(v.boolean(), false),
  /** 9.4: which requests with `Origin` the one in ten seconds covers. `quotation-and-connect`: quotation REST and the
   *  public socket's handshake; `and-messages`: each message of such a socket too; `quotation`: REST alone. */
  originRule: v.optional(
    v.picklist(["off", "quotation", "quotation-and-connect", "and-messages"]),
    "quotation-and-connect",
  ),
  /** 9.5: whether answers within the `Origin` limit may be read by a page. */
  corsHeaders: v.optional(v.boolean(), true),
  /** 9.6: how long a nonce is remembered, milliseconds of wall time. */
  nonceMemoryMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 24 * 3_600_000),
  /** 9.6: whether the hash may be over the query as sent as well as over the decoded one. */
  hashInput: v.optional(v.picklist(["decoded", "either"]), "decoded"),
  /** 9.6: whether a token whose hash does not hold uses its nonce up. */
  wrongHashUsesNonce: v.optional(v.boolean(), true),
  /** 9.6: tokens under HS384. */
  otherAlgorithms: v.optional(v.picklist(["refuse", "accept"]), "refuse"),
  /** 9.6: what a null value of a body is in the hashed text. */
  nullInHash: v.optional(v.picklist(["null", "empty", "left-out"]), "null"),
  /** 9.6, 1.2: a raw `+` in a query. */
  plusInQuery: v.optional(v.picklist(["refuse", "space"]), "refuse"),
  /** 9.7: of `invalid_access_key`. */
  unknownKeyStatus: v.optional(v.picklist([401, 400]), 401),
  /** 9.7 */
  outOfScopeStatus: v.optional(v.picklist([401, 403]), 403),
  /** 9.7 */
  stabilisationStatus: v.optional(v.picklist([429, 400]), 429),
  /** 9.8: name of the refusal of a market order deeper than the visible book. */
  tooDeepName: v.optional(v.string(), "volume_too_large"),
  /** 9.8: name of the refusal to cancel what is closed already, status 404 with `order_not_found`, else 400. */
  cancelClosedName: v.optional(v.string(), "order_not_found"),
  /** 9.8, 5.4: whether the account has accepted the terms of the BTC and USDT markets. */
  foreignMarketConsent: v.optional(v.boolean(), true),
  /** 9.9: what a market or best ask is worth against the minimum total. `best-bid`: volume at the best bid; `walk`: what
   *  the visible book would pay. */
  marketAskTotal: v.optional(v.picklist(["best-bid", "walk"]), "best-bid"),
  /** 9.10: whether `orders/test` uses an identifier up. */
  testBurnsIdentifier: v.optional(v.boolean(), false),
  /** 9.10: whether a refused order uses its identifier up. */
  refusalBurnsIdentifier: v.optional(v.boolean(), true),
  /** 9.11: order fields that are null. */
  nullFields: v.optional(v.picklist(["omitted", "explicit"]), "omitted"),
  /** 9.11: `executed_funds` in lists of orders. */
  executedFunds: v.optional(v.boolean(), true),
  /** 9.12: state in the answer to an order that was filled at once. */
  firstState: v.optional(v.picklist(["wait", "final"]), "wait"),
  /** 7, "Cancel race": market time from the acceptance of a cancellation to the order's end; it may be filled in between.
   *  A cancellation on its way is not kept by `--state`. */
  cancelTakesMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(60_000)), 0),
  /** 9.13 */
  cancelAndNewStatus: v.optional(v.picklist([201, 200]), 201),
  /** 9.14: whether an error frame ends the connection. */
  closeOnError: v.optional(v.boolean(), false),
  /** 9.14: whether the text `PING` counts as a message. */
  pingCounts: v.optional(v.boolean(), true),
  /** 9.14: type of `{"status":"UP"}` and error frames. */
  statusFrames: v.optional(v.picklist(["text", "binary"]), "text"),
  /** 9.14: most codes in one request message. */
  mostCodes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 500),
  /** 9.14: largest message of a client, bytes. */
  mostMessageBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(64)), 64 * 1024),
  /** 9.14: longest life of a connection, milliseconds of wall time; 0 for no end. */
  connectionLifeMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** 9.14, 6.1: private connections that one pocket may hold at once; 0 for any number. */
  mostPrivateConnections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 10),
  /** 9.15: whether an order book of fewer units is cut to them. */
  honourBookUnits: v.optional(v.boolean(), true),
  /** 9.16: most rows of `trades/ticks`. */
  mostTrades: v.optional(v.picklist([500, 200]), 500),
  /** 9.17: whether `done` follows the last `trade` of an order. */
  doneFrame: v.optional(v.boolean(), true),
  /** 9.21: `market_event` without `is_details`. */
  eventAlways: v.optional(v.boolean(), false),
  /** 9.22: what becomes of a `count` above the maximum. */
  countAboveMost: v.optional(v.picklist(["refuse", "cut"]), "refuse"),
  /** 9.22: what becomes of `count=0`. */
  countZero: v.optional(v.picklist(["refuse", "one"]), "refuse"),
  /** 9.23: business error that a key with `withdraw` gets for an unknown withdrawal. */
  withdrawProbeName: v.optional(v.string(), "withdraw_not_found"),
});
export type Switches = v.InferOutput<typeof SwitchesSchema>;

export const DEFAULT_SWITCHES: Switches = v.parse(SwitchesSchema, {});

/** Reads `name=value` pairs over the defaults; a value is JSON, or text as it stands.
 *  @returns a fault in one line that names the switch */
export function readSwitches(pairs: readonly string[]): Result<Switches, string> {
  const given: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) return fail(`--switch takes name=value, not ${pair}`);
    given[pair.slice(0, at)] = valueOf(pair.slice(at + 1));
  }
  const read = changedSwitches(DEFAULT_SWITCHES, given);
  return read.ok ? read : fail(`--switch ${read.fault}`);
}

/** Some switches changed, the others as they were. */
export function changedSwitches(from: Switches, given: unknown): Result<Switches, string> {
  const whole = v.safeParse(v.record(v.string(), v.unknown()), given);
  const read = v.safeParse(
    SwitchesSchema,
    whole.success && !Array.isArray(given) ? { ...from, ...whole.output } : null,
  );
  if (read.success) return ok(read.output);
  const issue = read.issues[0];
  const name = v.getDotPath(issue);
  if (name === null) return fail("takes an object of switches by name");
  return fail(name in SwitchesSchema.entries ? `${name}: ${issue.message}` : `${name}: no switch of this name`);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
