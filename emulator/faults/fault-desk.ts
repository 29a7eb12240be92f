import type { MarketClock } from "../clock.ts";
import { createRandom, hashOf, type Random } from "../market/random.ts";
import { NO_FAULTS, type FaultEffect, type FaultPlan, type FaultRule, type Spans } from "./fault-plan.ts";

/** What a rule is held against: a request or a frame. */
export type FaultTarget = {
  readonly group?: string;
  readonly method?: string;
  readonly path?: string;
  readonly pocket?: string;
  readonly markets?: readonly string[];
  readonly type?: string;
};

/** A fault that happened. */
export type FaultNote = FaultTarget & {
  readonly rule: string;
  readonly kind: FaultEffect["kind"];
  readonly wallMs: number;
  readonly marketMs: number;
};

/** A fault that happens now, with its span drawn. */
export type Fault = FaultEffect & { readonly spanMs: number };

/** Decides what goes wrong. Same plan and same requests, same faults. */
export type FaultDesk = {
  plan(): FaultPlan;
  /** Begins a plan from its seed. */
  play(plan: FaultPlan): void;
  /** Whether any rule is about frames: without one, frames go out the short way. */
  touchesFrames(): boolean;
  /** Effects of one kind of target that happen to it, in the order of the rules. */
  happening(target: FaultTarget, kinds: ReadonlySet<FaultEffect["kind"]>): Fault[];
  /** Newest last. */
  log(): readonly FaultNote[];
  note(note: FaultNote): void;
};

export const FRAME_KINDS: ReadonlySet<FaultEffect["kind"]> = new Set([
  "duplicate-frame",
  "reorder-frames",
  "drop-frame",
  "disconnect",
  "stale-book",
  "clock-skew",
]);
export const REQUEST_KINDS: ReadonlySet<FaultEffect["kind"]> = new Set([
  "latency",
  "timeout",
  "reset",
  "error",
  "accepted-late",
  "lagging-lookups",
  "limit",
  "order-burst",
  "maintenance",
  "stale-book",
  "clock-skew",
]);

const MOST_NOTES = 1_000;

type Playing = { readonly rule: FaultRule; readonly name: string; readonly random: Random; met: number; done: number };

export function createFaultDesk(clock: MarketClock, first: FaultPlan = NO_FAULTS): FaultDesk {
  let plan = first;
  let playing = begin(first);
  let notes: FaultNote[] = [];
  const note = (given: FaultNote) => {
    notes.push(given);
    if (notes.length > 2 * MOST_NOTES) notes = notes.slice(-MOST_NOTES);
  };
  return {
    plan: () => plan,
    play: (next) => {
      plan = next;
      playing = begin(next);
    },
    touchesFrames: () => playing.some(({ rule }) => FRAME_KINDS.has(rule.effect.kind)),
    happening: (target, kinds) => {
      if (playing.length === 0) return [];
      const [wallMs, marketMs] = [clock.wallNow(), clock.now()];
      const found: Fault[] = [];
      for (const one of playing) {
        const { rule } = one;
        if (!kinds.has(rule.effect.kind) || !fits(rule, target)) continue;
        const nowMs = rule.clock === "wall" ? wallMs : marketMs;
        if (nowMs < (rule.from ?? -Infinity) || nowMs >= (rule.until ?? Infinity)) continue;
        if (one.done >= (rule.count ?? Infinity)) continue;
        one.met += 1;
        if (one.met <= rule.skip) continue;
        if (rule.probability < 1 && one.random() >= rule.probability) continue;
        one.done += 1;
        found.push({ ...rule.effect, spanMs: drawn(spanOf(rule.effect), one.random) });
        note({ ...target, rule: one.name, kind: rule.effect.kind, wallMs, marketMs });
      }
      return found;
    },
    log: () => notes.slice(-MOST_NOTES),
    note,
  };
}

const begin = ({ seed, rules }: FaultPlan): Playing[] =>
  rules.map((rule, at) => ({
    rule,
    name: rule.name ?? `rule ${at + 1}`,
    random: createRandom(hashOf(seed, "fault", at)),
    met: 0,
    done: 0,
  }));

function fits({ match }: FaultRule, target: FaultTarget): boolean {
  const { path, market, ...same } = match;
  if (path !== undefined && !pathFits(path, target.path ?? "")) return false;
  if (market !== undefined && !(target.markets ?? []).includes(market)) return false;
  return (["group", "method", "pocket", "type"] as const).every(
    (name) => same[name] === undefined || same[name] === target[name],
  );
}

const pathFits = (pattern: string, path: string): boolean =>
  pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

function spanOf(effect: FaultEffect): Spans {
  if (effect.kind === "latency") return effect.delayMs;
  if (effect.kind === "accepted-late") return effect.lateMs;
  return effect.kind === "lagging-lookups" ? effect.lagMs : 0;
}

function drawn(spans: Spans, random: Random): number {
  if (typeof spans === "number") return spans;
  const [least, most] = spans;
  return least + Math.floor(random() * (most - least + 1));
}
