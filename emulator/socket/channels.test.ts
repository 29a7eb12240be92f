import { describe, expect, it } from "vitest";
import type { Frame } from "./socket-frames.ts";
import { createChannels } from "./channels.ts";
import type { Subscription } from "./socket-request.ts";

const TRADES: Subscription = {
  type: "trade",
  code: "KRW-XRP",
  depth: 30,
  level: 0,
  intervalMs: 0,
  snapshot: true,
  realtime: true,
};

/** A market whose trades are numbered; each stream tells those after the last it told. */
function numbered() {
  let [newest, made] = [0, 0];
  const channels = createChannels(({ snapshot, realtime }) => {
    let told = 0;
    return {
      first: () => {
        told = newest;
        return snapshot ? [{ type: "trade", n: newest, of: "snapshot" }] : [];
      },
      next: () => {
        if (!realtime) return [];
        const found = Array.from({ length: newest - told }, (_, at) => ({ type: "trade", n: told + at + 1 }));
        told = newest;
        made += found.length;
        return found;
      },
    };
  });
  return { channels, trade: () => (newest += 1), made: () => made };
}
const listener = () => {
  const got: number[] = [];
  const texts: Buffer[] = [];
  return {
    got,
    texts,
    deliver: (frame: Frame, bytes: Buffer) => {
      got.push(frame["n"] as number);
      texts.push(bytes);
    },
  };
};

describe("channels", () => {
  it("make and write each frame once for all who hear it in one format", () => {
    const { channels, trade, made } = numbered();
    const all = Array.from({ length: 200 }, (_, at) => {
      const one = listener();
      channels.join(one, TRADES, at < 150 ? "DEFAULT" : "SIMPLE");
      return one;
    });
    expect(channels.size()).toBe(1);
    trade();
    channels.pulse();
    expect(made()).toBe(1);
    expect(new Set(all.map(({ texts }) => texts[0])).size).toBe(2);
  });

  it("tell a newcomer and those who were there each trade once (6.2)", () => {
    const { channels, trade } = numbered();
    const [early, late] = [listener(), listener()];
    channels.join(early, TRADES, "DEFAULT");
    trade();
    const [snapshot] = channels.join(late, TRADES, "DEFAULT");
    expect([early.got, snapshot!["n"], late.got]).toEqual([[1], 1, []]);
    trade();
    channels.pulse();
    expect([early.got, late.got]).toEqual([[1, 2], [2]]);
  });

  it("forget a stream that nobody hears any more, and keep none for a snapshot (6.2)", () => {
    const { channels, trade } = numbered();
    const [one, other] = [listener(), listener()];
    expect(channels.join(one, { ...TRADES, realtime: false }, "DEFAULT")).toHaveLength(1);
    expect(channels.size()).toBe(0);
    expect(channels.join(one, { ...TRADES, snapshot: false }, "DEFAULT")).toEqual([]);
    channels.join(other, TRADES, "DEFAULT");
    channels.leave(one);
    trade();
    channels.pulse();
    expect([one.got, other.got]).toEqual([[], [1]]);
    channels.leave(other);
    expect(channels.size()).toBe(0);
  });
});
