import fc from "fast-check";
import { describe, it } from "vitest";
import { assert } from "./assert.ts";
import { Big, decimalText } from "./decimal.ts";
import { cancelResting, emptyBook, match, reserve, sweep, type ExternalBook, type MatchingStep } from "./matching.ts";
import { holdingOf, type Account } from "./matching-account.ts";
import type { MatchingEvent, MatchingOrder, MatchingType, OrderTerms, SelfMatch } from "./matching-order.ts";
import type { TimeInForce } from "./matching-order.ts";
import type { MarketCode } from "./market-code.ts";
import { epochMs } from "./units.ts";

const MARKET = "KRW-XRP" as MarketCode;
const RATE = new Big("0.0005");
const ACCOUNTS = ["a", "b", "c"] as const;
/** More of them, under other seeds: `npm run proof -- matching`. */
const SEQUENCES = Number(process.env["MATCHING_SEQUENCES"] ?? 10_000);
const SEED = Number(process.env["MATCHING_SEED"] ?? 20_261_122);
const ZERO = new Big(0);
const sum = (values: readonly Big[]) => values.reduce((total, value) => total.plus(value), ZERO);
const same = (a: Big, b: Big, what: string) => assert(a.eq(b), `${what}: ${decimalText(a)} is not ${decimalText(b)}`);

type Level = readonly [price: number, size: Big];
type Ladders = { readonly asks: readonly Level[]; readonly bids: readonly Level[] };
type Terms = Pick<OrderTerms, "accountId" | "side" | "type" | "price" | "volume" | "timeInForce" | "selfMatch">;
type Move =
  | { readonly kind: "order"; readonly terms: Terms }
  | { readonly kind: "cancel"; readonly pick: number }
  | { readonly kind: "replace"; readonly pick: number; readonly terms: Terms }
  | ({ readonly kind: "refresh" } & Ladders);

const price = fc.integer({ min: 2_994, max: 3_006 });
const volume = fc.integer({ min: 1, max: 2_000_000_000 }).map((units) => new Big(units).times("0.00000001"));
const ladder = (from: number, sign: 1 | -1) =>
  fc.array(volume, { maxLength: 4 }).map((sizes) => sizes.map((size, at): Level => [from + sign * at, size]));
const terms: fc.Arbitrary<Terms> = fc
  .record({
    accountId: fc.constantFrom(...ACCOUNTS),
    side: fc.constantFrom("bid", "ask"),
    type: fc.constantFrom<MatchingType>("limit", "limit", "limit", "limit", "market", "best"),
    price,
    total: fc.integer({ min: 5_000, max: 90_000 }),
    volume,
    timeInForce: fc.constantFrom<TimeInForce | null>(null, null, "ioc", "fok", "post_only"),
    selfMatch: fc.constantFrom<SelfMatch | null>("cancel_maker", "cancel_taker", "reduce", "none", null),
  })
  .map(({ total, ...draw }): Terms => {
    if (draw.type === "limit") return { ...draw, price: new Big(draw.price) };
    const type = draw.type === "best" ? "best" : draw.side === "bid" ? "price" : "market";
    const timeInForce = type === "best" ? (draw.timeInForce === "fok" ? "fok" : "ioc") : null;
    const isBid = draw.side === "bid";
    return { ...draw, type, timeInForce, price: isBid ? new Big(total) : null, volume: isBid ? null : draw.volume };
  });
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 7, arbitrary: terms.map((one): Move => ({ kind: "order", terms: one })) },
  { weight: 1, arbitrary: fc.nat(99).map((pick): Move => ({ kind: "cancel", pick })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(99), terms).map(([pick, one]): Move => ({ kind: "replace", pick, terms: one })),
  },
  {
    weight: 1,
    arbitrary: price
      .chain((middle) => fc.record({ asks: ladder(middle + 1, 1), bids: ladder(middle, -1) }))
      .map((ladders): Move => ({ kind: "refresh", ...ladders })),
  },
);

/** A market, what everyone began with, and everything that happened there. */
function play(moves: readonly Move[]) {
  const accounts = new Map<string, Account>(ACCOUNTS.map((id) => [id, funded()]));
  const orders: MatchingOrder[] = [];
  let names = 0;
  // Coins that the external side handed out less those it took in, by the sizes gone from its levels.
  let handedOut = ZERO;
  const step = {
    book: emptyBook(MARKET, RATE),
    external: bookOf({ asks: [[3_001, new Big(5)]], bids: [[2_999, new Big(5)]] }),
    accounts,
    atMs: epochMs(0),
    newFillId: () => `fill-${++names}`,
    tell: (event: MatchingEvent) => keepsPriority(step, orders, event),
  };
  const place = (given: Terms) => {
    const made = reserve(step, {
      ...given,
      market: MARKET,
      uuid: `${++names}`,
      identifier: null,
      createdAtMs: step.atMs,
    });
    if (!made.ok) return;
    orders.push(made.value);
    match(step, made.value);
  };
  const cancel = (pick: number) => {
    const open = orders.filter(({ state }) => state === "wait");
    if (open.length > 0) cancelResting(step, open[pick % open.length]!);
  };
  for (const one of moves) {
    if (one.kind === "refresh") step.external = bookOf(one);
    const before = onOffer(step.external);
    if (one.kind === "refresh") sweep(step);
    if (one.kind === "cancel" || one.kind === "replace") cancel(one.pick);
    if (one.kind === "order" || one.kind === "replace") place(one.terms);
    handedOut = handedOut.plus(before).minus(onOffer(step.external));
  }
  return { accounts, orders, handedOut, step };
}

function funded(): Account {
  const account: Account = new Map();
  holdingOf(account, "KRW").free = new Big("120000");
  holdingOf(account, "XRP").free = new Big("40");
  return account;
}
const bookOf = ({ asks, bids }: Ladders): ExternalBook => {
  const levels = (rows: readonly Level[]) => rows.map(([at, size]) => ({ price: new Big(at), size }));
  return { asks: levels(asks), bids: levels(bids) };
};
const onOffer = ({ asks, bids }: ExternalBook): Big =>
  sum(asks.map(({ size }) => size)).minus(sum(bids.map(({ size }) => size)));

/** At each fill nobody with a better claim was passed over: price first, then age, the external side before orders. */
function keepsPriority({ book, external }: MatchingStep, orders: readonly MatchingOrder[], event: MatchingEvent): void {
  const { kind, order, fill } = event;
  if (kind !== "trade") return;
  const resting = [...book.bids, ...book.asks];
  const better = (side: string, a: Big, b: Big) => (side === "bid" ? a.gt(b) : a.lt(b));
  for (const other of resting) {
    if (other === order || other.state !== "wait") continue;
    const claims = better(other.side, other.price!, fill!.price);
    if (fill!.isMaker && other.side === order.side) {
      assert(!claims, "an order with a better price was passed over");
      const older = orders.indexOf(other) < orders.indexOf(order);
      assert(!(older && other.price!.eq(fill!.price)), "an older order at the same price was passed over");
    }
    if (!fill!.isMaker && other.side !== order.side) assert(!claims, "a taker passed over a better price");
  }
  if (fill!.isMaker) return;
  const levels = order.side === "bid" ? external.asks : external.bids;
  const open = levels.filter(({ size }) => size.gt(0));
  assert(
    !open.some((level) => better(order.side === "bid" ? "ask" : "bid", level.price, fill!.price)),
    "a level was passed over",
  );
}

function holds({ accounts, orders, handedOut, step }: ReturnType<typeof play>): void {
  const held = (currency: string) =>
    sum(
      [...accounts.values()]
        .map((account) => holdingOf(account, currency))
        .map(({ free, locked }) => free.plus(locked)),
    );
  same(held("XRP"), handedOut.plus(40 * ACCOUNTS.length), "coins");
  const funds = (side: string) =>
    sum(orders.filter((one) => one.side === side).flatMap(({ fills }) => fills.map((fill) => fill.funds)));
  const fees = sum(orders.map(({ paidFee }) => paidFee));
  same(
    held("KRW").plus(fees).plus(funds("bid")).minus(funds("ask")),
    new Big(120_000 * ACCOUNTS.length),
    "won and fees",
  );
  for (const [id, account] of accounts)
    for (const [currency, side] of [
      ["KRW", "bid"],
      ["XRP", "ask"],
    ] as const) {
      const { free, locked } = holdingOf(account, currency);
      assert(free.gte(0) && locked.gte(0), "a negative balance");
      const open = orders.filter((one) => one.accountId === id && one.side === side && one.state === "wait");
      same(locked, sum(open.map((one) => one.locked)), "locked");
    }
  for (const order of orders) keepsRecord(order);
  const resting = [...step.book.bids, ...step.book.asks];
  const waiting = orders.filter(({ state }) => state === "wait");
  assert(resting.length === waiting.length && waiting.every((one) => resting.includes(one)), "book and orders differ");
  const [bid, ask] = [step.book.bids[0], step.book.asks[0]];
  const crossed = bid && ask && bid.price!.gte(ask.price!);
  assert(!crossed, "the book is crossed");
}

function keepsRecord(order: MatchingOrder): void {
  same(order.executedVolume, sum(order.fills.map((fill) => fill.volume)), "executed volume");
  same(order.executedFunds, sum(order.fills.map((fill) => fill.funds)), "executed funds");
  same(order.paidFee, order.executedFunds.times(RATE), "paid fee");
  assert(order.remainingFee.gte(0) && order.locked.gte(0), "a negative remainder");
  const whole = order.volume && order.remainingVolume!.plus(order.executedVolume);
  assert(!whole || whole.lte(order.volume!), "more than the volume");
  if (order.preventedVolume.eq(0) && whole) same(whole, order.volume!, "volume");
  const isWhole = order.state === "done" || (order.state === "cancel" && order.fills.length === 0);
  if (order.timeInForce === "fok" && order.volume) assert(isWhole, "a fok order was filled in part");
  if (order.timeInForce === "post_only")
    assert(
      order.fills.every(({ isMaker }) => isMaker),
      "a post_only order took",
    );
  if (order.type !== "limit") assert(order.state !== "wait", "a market order rests");
}

describe("money in the matching engine", () => {
  it(`is neither made nor lost, nor out of turn, by any of ${SEQUENCES} sequences of orders and cancellations [E1]`, () => {
    const property = fc.property(fc.array(move, { minLength: 3, maxLength: 24, size: "max" }), (moves) =>
      holds(play(moves)),
    );
    fc.assert(property, { numRuns: SEQUENCES, seed: SEED });
  }, 600_000);
});
