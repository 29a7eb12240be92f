import { FRAME_KINDS, type FaultDesk } from "../faults/fault-desk.ts";
import type { Frame } from "./socket-frames.ts";

/** What a faulty line makes of the frames of one connection. */
export type FrameLine = {
  /** @returns the frames that go out now, or null when the connection breaks instead */
  pass(frame: Frame): readonly Frame[] | null;
};

/** @param pocket whose connection it is, null on the public socket */
export function createFrameLine(faults: FaultDesk, pocket: string | null): FrameLine {
  const frozen = new Map<string, Frame>();
  let held: Frame | null = null;
  return {
    pass: (frame) => {
      const [type, code] = [String(frame["type"]), String(frame["code"] ?? "")];
      const happening = faults.happening({ type, markets: [code], ...(pocket !== null && { pocket }) }, FRAME_KINDS);
      const has = (kind: string) => happening.some((fault) => fault.kind === kind);
      if (has("disconnect")) return null;
      let sent = staled(frozen, frame, has("stale-book"));
      for (const fault of happening)
        if (fault.kind === "clock-skew") sent = { ...sent, timestamp: Number(sent["timestamp"]) + fault.skewMs };
      if (has("drop-frame")) return [];
      if (has("reorder-frames") && held === null) {
        held = sent;
        return [];
      }
      const late = held === null ? [] : [held];
      held = null;
      return has("duplicate-frame") ? [sent, sent, ...late] : [sent, ...late];
    },
  };
}

const BOOK_FIELDS = ["orderbook_units", "total_ask_size", "total_bid_size"] as const;

/** The levels that stood when the fault began, under the time of now. */
function staled(frozen: Map<string, Frame>, frame: Frame, isStale: boolean): Frame {
  if (frame["type"] !== "orderbook") return frame;
  const name = `${String(frame["code"])} ${String(frame["level"])} ${(frame["orderbook_units"] as unknown[]).length}`;
  if (!isStale) {
    frozen.delete(name);
    return frame;
  }
  const first = frozen.get(name) ?? frame;
  frozen.set(name, first);
  return { ...frame, ...Object.fromEntries(BOOK_FIELDS.map((field) => [field, first[field]])) };
}
