import { cancelResting } from "../../domain/matching.ts";
import type { MatchingOrder, OrderTerms } from "../../domain/matching-order.ts";
import { ok } from "../../domain/result.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { refuse } from "../refusal.ts";
import type { Switches } from "../switches.ts";
import type { Exchange } from "./exchange.ts";
import { advanceDesk, stepDesk } from "./market-desk.ts";
import { isOpen } from "./order-shelf.ts";
import { enter, offline, type Placing, type PlacingSetting } from "./placing.ts";

/** The order on its way out, as it was, and the name of the one to come in its stead. */
export type Replaced = {
  readonly previous: MatchingOrder;
  readonly next: Pick<OrderTerms, "uuid" | "identifier">;
};

/** A cancellation that was accepted. */
type Leaving = {
  readonly order: MatchingOrder;
  readonly dueMs: EpochMs;
  /** What comes in its stead, null for nothing. */
  readonly next: OrderTerms | null;
  /** The successor takes what is left of the order when it goes. */
  readonly remainOnly: boolean;
};

/** Source: upbit-api 4.10, 9.8. */
const closedAlready = ({ cancelClosedName }: Switches) =>
  refuse(cancelClosedName === "order_not_found" ? 404 : 400, cancelClosedName, "취소할 수 있는 주문이 아닙니다.");

/** How orders leave before they are filled. Acceptance is not the end: by the switch `cancelTakesMs` an order may still be
 *  filled in between, and then nothing comes in its stead. Source: upbit-api 4.10, 4.13, 7 "Cancel race". */
export function createCancelling(
  setting: PlacingSetting,
  placing: Pick<Placing, "admitSuccessor">,
): Pick<Exchange, "cancel" | "replace"> & { carryOut(toMs: EpochMs): void } {
  const { switches, shelf, floor, changed, deskOf } = setting;
  let leaving: Leaving[] = [];
  const leave = ({ order, dueMs, next, remainOnly }: Leaving): void => {
    if (!isOpen(order)) return;
    stepDesk(deskOf(order.market), floor, dueMs, (step) => {
      const remaining = order.remainingVolume;
      cancelResting(step, order);
      // Funds that went elsewhere meanwhile leave the successor out.
      if (next) enter(setting, step, { ...next, createdAtMs: dueMs, volume: remainOnly ? remaining : next.volume });
    });
    changed(dueMs);
  };
  const begin = (
    order: MatchingOrder,
    atMs: EpochMs,
    successor: Pick<Leaving, "next" | "remainOnly">,
  ): MatchingOrder => {
    const before = { ...order };
    const takesMs = switches().cancelTakesMs;
    const one = { order, dueMs: epochMs(atMs + takesMs), ...successor };
    if (takesMs === 0) leave(one);
    else leaving = [...leaving, one].toSorted((a, b) => a.dueMs - b.dueMs);
    return before;
  };
  return {
    carryOut: (toMs) => {
      for (let one = leaving[0]; one && one.dueMs <= toMs; one = leaving[0]) {
        leaving = leaving.slice(1);
        advanceDesk(deskOf(one.order.market), floor, one.dueMs);
        leave(one);
      }
    },
    cancel: (named, atMs) => {
      const order = shelf.live(named);
      if (!isOpen(order)) return closedAlready(switches());
      if (setting.stateOf(order.market).halted) return offline();
      return ok(begin(order, atMs, { next: null, remainOnly: false }));
    },
    replace: (named, entry, { atMs, remainOnly }) => {
      const order = shelf.live(named);
      if (!isOpen(order)) return closedAlready(switches());
      const admitted = placing.admitSuccessor(order, entry, atMs);
      if (!admitted.ok) return admitted;
      const next = admitted.value;
      return ok({ previous: begin(order, atMs, { next, remainOnly }), next });
    },
  };
}
