import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { playedPockets, type Parameters, type PlayedPockets } from "../../testing/played-pockets.ts";

let played: PlayedPockets;
let pocket = -1;
beforeAll(() => {
  played = playedPockets(30, ["KRW-XRP", "KRW-BTC", "BTC-XRP"]);
}, 60_000);
afterEach(() => played.play({}));

const place = (given: Parameters = {}) =>
  (
    played.call(pocket, "POST orders", {
      market: "KRW-XRP",
      side: "bid",
      ord_type: "limit",
      price: "2000",
      volume: "5",
      ...given,
    }).body as { uuid: string }
  ).uuid;
const KINDS = {
  bid: {},
  ask: { side: "ask", price: "9000" },
  bitcoin: { market: "KRW-BTC", price: "50000000", volume: "0.001" },
  foreign: { market: "BTC-XRP", price: "0.00000001", volume: "10000" },
} satisfies Record<string, Parameters>;
type Batch = Record<"success" | "failed", { count: number; orders: Record<string, string>[] }>;
const open = () => (played.call(pocket, "GET orders/open").body as { uuid: string }[]).map(({ uuid }) => uuid);

describe("DELETE order", () => {
  it("accepts with the order as it was, and gives the money back (4.10)", () => {
    pocket += 1;
    const before = played.call(pocket, "GET accounts").body;
    const uuid = place({ identifier: "gone" });
    const cancelled = played.call(pocket, "DELETE order", { identifier: "gone" });
    expect([cancelled.status, (cancelled.body as { state: string }).state]).toEqual([200, "wait"]);
    expect(played.call(pocket, "GET order", { uuid }).body).toMatchObject({ state: "cancel", executed_volume: "0" });
    expect(played.call(pocket, "GET accounts").body).toEqual(before);
  });

  it("does not find what is closed, unknown or a stranger's, or names it as the switch says (4.10, 9.8)", () => {
    pocket += 1;
    const uuid = place();
    expect(played.call(0, "DELETE order", { uuid }).error).toEqual([404, "order_not_found"]);
    played.call(pocket, "DELETE order", { uuid });
    expect(played.call(pocket, "DELETE order", { uuid }).error).toEqual([404, "order_not_found"]);
    played.play({ cancelClosedName: "bad_request" });
    expect(played.call(pocket, "DELETE order", { uuid }).error).toEqual([400, "bad_request"]);
    expect(played.call(pocket, "DELETE order", { uuid: "nobody" }).error).toEqual([404, "order_not_found"]);
    expect(played.call(pocket, "DELETE order").error).toEqual([400, "bad_request"]);
  });
});

describe("DELETE orders/uuids", () => {
  it("tells which were cancelled and which were not, with identifiers where there are any (4.11)", () => {
    pocket += 1;
    const [one, two] = [place({ identifier: "named" }), place()];
    const { success, failed } = played.call(pocket, "DELETE orders/uuids", { uuids: [one, two, "nobody"] })
      .body as Batch;
    expect(success).toEqual({
      count: 2,
      orders: [
        { uuid: one, market: "KRW-XRP", identifier: "named" },
        { uuid: two, market: "KRW-XRP" },
      ],
    });
    expect(failed).toEqual({ count: 1, orders: [{ uuid: "nobody" }] });
    const again = played.call(pocket, "DELETE orders/uuids", { identifiers: ["named"] }).body as Batch;
    expect(again.failed.orders).toEqual([{ uuid: one, market: "KRW-XRP", identifier: "named" }]);
  });

  it.each<Parameters>([
    {},
    { uuids: ["a"], identifiers: ["b"] },
    { uuids: Array.from({ length: 21 }, (_, at) => `${at}`) },
  ])("refuses %j (4.11)", (given) => {
    expect(played.call(0, "DELETE orders/uuids", given).error).toEqual([400, "invalid_parameter"]);
  });
});

describe("DELETE orders/open", () => {
  it.each<[Parameters, (keyof typeof KINDS)[]]>([
    [{}, ["bid", "ask", "bitcoin", "foreign"]],
    [{ cancel_side: "ask" }, ["ask"]],
    [{ cancel_side: "bid" }, ["bid", "bitcoin", "foreign"]],
    [{ pairs: "KRW-BTC,BTC-XRP" }, ["bitcoin", "foreign"]],
    [{ quote_currencies: "BTC" }, ["foreign"]],
    [{ quote_currencies: "KRW,BTC", excluded_pairs: "KRW-XRP" }, ["bitcoin", "foreign"]],
    [{ pairs: "KRW-XRP,KRW-BTC", excluded_pairs: "KRW-XRP" }, ["bitcoin"]],
  ])("cancels by %j the orders it covers (4.12)", (given, covered) => {
    pocket += 1;
    const made = Object.entries(KINDS).map(([kind, terms]) => [kind, place(terms)] as const);
    const { success, failed } = played.call(pocket, "DELETE orders/open", given).body as Batch;
    const gone = made.filter(([, uuid]) => success.orders.some((order) => order["uuid"] === uuid));
    expect(gone.map(([kind]) => kind)).toEqual(covered);
    expect([success.count, failed.count]).toEqual([covered.length, 0]);
    expect(open()).toHaveLength(4 - covered.length);
  });

  it("takes the twenty newest unless told otherwise, so that a bare call is not everything (4.12)", () => {
    pocket += 1;
    const made = Array.from({ length: 25 }, () => place());
    expect((played.call(pocket, "DELETE orders/open").body as Batch).success.count).toBe(20);
    expect(open()).toEqual(made.slice(0, 5).toReversed());
    played.call(pocket, "DELETE orders/open", { count: "2", order_by: "asc" });
    expect(open()).toEqual(made.slice(2, 5).toReversed());
    played.call(pocket, "DELETE orders/open", { count: "300" });
    expect(played.call(pocket, "DELETE orders/open").error).toEqual([404, "order_not_found"]);
  });

  it("leaves reserved orders alone, which can be cancelled by name (4.12, 4.3)", () => {
    pocket += 1;
    const { uuid } = played.watch(pocket);
    expect(played.call(pocket, "DELETE orders/open").error).toEqual([404, "order_not_found"]);
    expect(played.call(pocket, "DELETE order", { uuid }).body).toMatchObject({ state: "watch" });
    expect(played.call(pocket, "GET order", { uuid }).body).toMatchObject({ state: "cancel" });
  });

  it.each<Parameters>([
    { cancel_side: "buy" },
    { pairs: "KRW-XRP", quote_currencies: "KRW" },
    { pairs: Array.from({ length: 21 }, (_, at) => `KRW-A${at}`).join(",") },
    { excluded_pairs: "XRP" },
    { quote_currencies: "EUR" },
    { count: "301" },
    { order_by: "old" },
  ])("refuses %j (4.12)", (given) => {
    expect(played.call(0, "DELETE orders/open", given).error).toEqual([400, "invalid_parameter"]);
  });
});
