import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../../domain/units.ts";
import { playedPockets, type Parameters, type PlayedPockets } from "../../testing/played-pockets.ts";

let played: PlayedPockets;
/** uuids in the order of their making: a and b wait, c is cancelled, d was bought, e is of another market. */
let uuids: string[];
const KST = "+09:00";
const place = (given: Parameters) =>
  (
    played.call(0, "POST orders", {
      market: "KRW-XRP",
      side: "bid",
      ord_type: "limit",
      price: "2000",
      volume: "5",
      ...given,
    }).body as { uuid: string }
  ).uuid;
type Row = { uuid: string; state: string; created_at: string };
const list = (endpoint: string, given: Parameters = {}, pocket = 0) => {
  const called = played.call(pocket, `GET ${endpoint}`, given);
  return called.error ?? (called.body as Row[]).map(({ uuid }) => "abcde"[uuids.indexOf(uuid)] ?? uuid).join("");
};

beforeAll(() => {
  played = playedPockets(2, ["KRW-XRP", "KRW-BTC"]);
  const a = place({ identifier: "first" });
  played.wait(2_000);
  const b = place({});
  const c = place({ identifier: "third" });
  played.call(0, "DELETE order", { uuid: c });
  played.wait(2_000);
  const d = place({ ord_type: "price", price: "10000", volume: undefined });
  const e = place({ market: "KRW-BTC", price: "50000000", volume: "0.001" });
  uuids = [a, b, c, d, e];
}, 60_000);

describe("GET order", () => {
  it("finds by uuid or identifier, the uuid wins, and carries the trades (4.6)", () => {
    const read = (given: Parameters) => played.call(0, "GET order", given);
    expect(read({ identifier: "first" }).body).toMatchObject({ uuid: uuids[0], trades: [] });
    expect(read({ uuid: uuids[2]!, identifier: "first" }).body).toMatchObject({ identifier: "third" });
    const { trades } = read({ uuid: uuids[3]! }).body as { trades: Record<string, string>[] };
    expect(trades[0]).toMatchObject({ market: "KRW-XRP", side: "bid", trend: "up" });
    expect(Object.keys(trades[0]!)).toEqual("market uuid price volume funds trend created_at side".split(" "));
    expect(trades[0]!["created_at"]).toMatch(/^2026-11-22T12:00:04(\.\d+)?\+09:00$/);
  });

  it("refuses a call without a name, and does not know strangers' orders (4.6, 2.1)", () => {
    expect(played.call(0, "GET order").error).toEqual([400, "invalid_parameter"]);
    expect(played.call(0, "GET order", { identifier: "none" }).error).toEqual([404, "order_not_found"]);
    expect(played.call(1, "GET order", { uuid: uuids[0]! }).error).toEqual([404, "order_not_found"]);
  });
});

describe("GET orders/uuids", () => {
  it("lists by age, newest first, leaves strangers out and shows no trades (4.7)", () => {
    expect(list("orders/uuids", { uuids: [uuids[0]!, "nobody", uuids[3]!] })).toBe("da");
    expect(list("orders/uuids", { identifiers: ["first", "third"], order_by: "asc" })).toBe("ac");
    expect(list("orders/uuids", { uuids, market: "KRW-BTC" })).toBe("e");
    expect((played.call(0, "GET orders/uuids", { uuids }).body as object[])[0]).not.toHaveProperty("trades");
  });

  it.each<Parameters>([
    {},
    { uuids: ["a"], identifiers: ["b"] },
    { uuids: Array.from({ length: 101 }, (_, at) => `${at}`) },
    { uuids: ["a"], order_by: "up" },
  ])("refuses %j (4.7)", (given) => {
    expect(list("orders/uuids", given)).toEqual([400, "invalid_parameter"]);
  });
});

describe("GET orders/open", () => {
  it("shows what waits, a page at a time, in the order asked for (4.8)", () => {
    expect(list("orders/open")).toBe("eba");
    expect(list("orders/open", { order_by: "asc" })).toBe("abe");
    expect(list("orders/open", { market: "KRW-XRP" })).toBe("ba");
    expect(list("orders/open", { limit: "2" })).toBe("eb");
    expect(list("orders/open", { limit: "2", page: "2" })).toBe("a");
    expect(list("orders/open", {}, 1)).toBe("");
  });

  it("hides reserved orders unless they are asked for (4.3, 4.8)", () => {
    const watched = played.watch(1);
    expect(list("orders/open", {}, 1)).toBe("");
    expect(list("orders/open", { state: "watch" }, 1)).toBe(watched.uuid);
    expect(list("orders/open", { states: ["wait", "watch"] }, 1)).toBe(watched.uuid);
  });

  it.each<Parameters>([
    { state: "done" },
    { state: "wait", states: ["wait"] },
    { states: ["wait", "cancel"] },
    { limit: "101" },
    { page: "0" },
    { limit: "x" },
    { order_by: "new" },
  ])("refuses %j (4.8)", (given) => {
    expect(list("orders/open", given)).toEqual([400, "invalid_parameter"]);
  });
});

describe("GET orders/closed", () => {
  it("shows done and cancelled orders of the last seven days, newest first (4.9)", () => {
    expect(list("orders/closed")).toBe("dc");
    expect(list("orders/closed", { order_by: "asc", limit: "1" })).toBe("c");
    expect(list("orders/closed", { state: "done" })).toBe("");
    expect(list("orders/closed", { states: ["cancel"], market: "KRW-XRP" })).toBe("dc");
    expect(list("orders/closed", { market: "KRW-BTC" })).toBe("");
  });

  it("takes its window by creation time, with a zone or in milliseconds, open on either side (4.9)", () => {
    const madeMs = Date.UTC(2026, 10, 22, 3);
    expect(list("orders/closed", { start_time: `2026-11-22T12:00:03${KST}` })).toBe("d");
    expect(list("orders/closed", { end_time: "2026-11-22T03:00:03Z" })).toBe("c");
    expect(list("orders/closed", { end_time: String(madeMs + 3_000) })).toBe("c");
    const long = String(madeMs - 7 * DAY_MS + 3_000);
    expect(list("orders/closed", { start_time: long, end_time: String(madeMs + 3_000) })).toBe("c");
    expect(list("orders/closed", { start_time: long })).toBe("c");
    expect(list("orders/closed", { end_time: String(madeMs - 1) })).toBe("");
  });

  it.each<Parameters>([
    { start_time: `2026-11-01T00:00:00${KST}`, end_time: `2026-11-08T00:00:01${KST}` },
    { start_time: `2026-11-08T00:00:00${KST}`, end_time: `2026-11-01T00:00:00${KST}` },
    { start_time: "2026-11-22T12:00:00" },
    { end_time: "yesterday" },
    { limit: "1001" },
    { state: "wait" },
  ])("refuses %j (4.9)", (given) => {
    expect(list("orders/closed", given)).toEqual([400, "invalid_parameter"]);
  });
});
