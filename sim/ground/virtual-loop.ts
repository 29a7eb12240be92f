import { epochMs, type EpochMs } from "../../domain/units.ts";
import { createRandom } from "../../emulator/market/random.ts";

/** One virtual clock for everything in a simulation. Nothing in it waits for real time; what happens at one instant
 *  happens in an order drawn from the seed. */
export type VirtualLoop = {
  now(): EpochMs;
  /** 0 ≤ number < 1, from the seed. */
  random(): number;
  chance(probability: number): boolean;
  /** Whole number, both ends included. */
  between(least: number, most: number): number;
  /** Does something at an instant; never before what is running has come to rest. */
  at(ms: number, act: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Runs events up to and including `untilMs`, in order. */
  run(untilMs: number): Promise<void>;
};

type Event = { readonly atMs: number; readonly order: number; readonly act: () => void };

export function createVirtualLoop(seed: number, startMs: EpochMs): VirtualLoop {
  const random = createRandom(seed);
  const events: Event[] = [];
  let nowMs: number = startMs;

  const at = (ms: number, act: () => void): void => push(events, { atMs: Math.max(ms, nowMs), order: random(), act });
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));

  /** Waits until nothing moves but what the queue holds. No work leaves this thread: all of it, also a body that is read,
   *  is promises upon promises, and the next tick begins when none of them is left. */
  const rest = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
  /** Node's own loop gets its turn, for what it cleans up and for messages to this thread. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => epochMs(nowMs),
    random,
    chance: (probability) => random() < probability,
    between,
    at,
    sleep: (ms) => new Promise((resolve) => at(nowMs + ms, resolve)),
    run: async (untilMs) => {
      await turn();
      for (;;) {
        const next = events[0];
        if (!next || next.atMs > untilMs) break;
        pop(events);
        nowMs = next.atMs;
        next.act();
        await rest();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
  };
}

const before = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap: the next event stands first. */
function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && before(heap[right]!, heap[left]!) ? right : left;
    if (!before(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
