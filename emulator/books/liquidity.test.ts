import { describe, expect, it } from "vitest";
import { Big } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { emptyBook, rest } from "../../domain/matching.ts";
import { newOrder } from "../../domain/matching-order.ts";
import { epochMs } from "../../domain/units.ts";
import { createLiquidity, mergedBook } from "./liquidity.ts";
import { syntheticFeed } from "../market/market-feeds.ts";
import { levelBegan } from "./tape-book.ts";

const XRP = "KRW-XRP" as MarketCode;
const AT = Date.UTC(2024, 2, 20, 12, 0, 30);

describe("the tape's liquidity", () => {
  it("stays taken while the level lives, then is there again (3.6)", () => {
    const feed = syntheticFeed(XRP, 1);
    const liquidity = createLiquidity(feed);
    const before = liquidity.visible(AT);
    const external = liquidity.open(AT);
    const best = before.asks[0]!.price;
    external.asks[0]!.size = new Big(0);
    external.asks[1]!.size = external.asks[1]!.size.minus("0.00000001");
    liquidity.close();
    const { asks, bids } = liquidity.visible(AT);
    expect(asks[0]).toEqual({ price: before.asks[1]!.price, units: before.asks[1]!.units - 1 });
    expect(bids).toEqual(before.bids);
    const began = levelBegan(feed, "ask", [best, AT]);
    let againMs = AT;
    while (!liquidity.visible(againMs).asks.some(({ price }) => price === best) && againMs < AT + 60_000)
      againMs += 1_000;
    expect(againMs).toBeGreaterThan(AT);
    expect(levelBegan(feed, "ask", [best, againMs])).toBeGreaterThan(began);
  });

  it("is shown together with resting orders, best first, and no deeper than 30 levels", () => {
    const liquidity = createLiquidity(syntheticFeed(XRP, 1));
    const tape = liquidity.visible(AT);
    const book = emptyBook(XRP, new Big("0.0005"));
    const bid = (price: number, volume: string) =>
      rest(
        book,
        newOrder(
          {
            uuid: `${price}`,
            accountId: "a",
            market: XRP,
            side: "bid",
            type: "limit",
            price: new Big(price),
            volume: new Big(volume),
            timeInForce: null,
            selfMatch: "none",
            identifier: null,
            createdAtMs: epochMs(AT),
          },
          book.feeRate,
        ),
      );
    const second = tape.bids[1]!;
    bid(second.price, "2");
    bid(tape.bids[0]!.price + 0.5, "1");
    const { bids, asks } = mergedBook(tape, book);
    expect(bids[0]).toEqual({ price: tape.bids[0]!.price + 0.5, units: 1e8 });
    expect(bids[2]).toEqual({ price: second.price, units: second.units + 2e8 });
    expect(bids).toHaveLength(30);
    expect(asks).toEqual(tape.asks);
  });
});
