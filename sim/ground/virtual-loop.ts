import { assert } from "../../domain/assert.ts";
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
  /** Lets real asynchronous work (WebCrypto) run, but its results come back in the seed's order, not in theirs. */
  real<Value>(work: Promise<Value>): Promise<Value>;
  /** Runs events up to and including `untilMs`, in order. */
  run(untilMs: number): Promise<void>;
};

type Event = { readonly atMs: number; readonly order: number; readonly act: () => void };
type Pending = { readonly settled: Promise<unknown>; readonly finish: () => void };

/** Turns of Node's own loop after which promises of this process have come to rest. A body that is read takes one, and
 *  an event reads at most one and writes another. */
const TURNS_OF_REST = 2;
/** Longest that a result of real work is held back. */
const LONGEST_WORK_MS = 2;

export function createVirtualLoop(seed: number, startMs: EpochMs): VirtualLoop {
  const random = createRandom(seed);
  const events: Event[] = [];
  let pending: Pending[] = [];
  let nowMs: number = startMs;

  const at = (ms: number, act: () => void): void => push(events, { atMs: Math.max(ms, nowMs), order: random(), act });
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));

  /** Waits until nothing moves but what the queue holds. Results of real work are queued in the order in which the work
   *  was begun, each a little later by the seed. */
  async function rest(): Promise<void> {
    for (let turn = 0; turn < TURNS_OF_REST; turn++) await new Promise((resolve) => setImmediate(resolve));
    while (pending.length > 0) {
      const begun = pending;
      pending = [];
      await Promise.all(begun.map(({ settled }) => settled));
      for (const { finish } of begun) at(nowMs + between(0, LONGEST_WORK_MS), finish);
    }
  }

  return {
    now: () => epochMs(nowMs),
    random,
    chance: (probability) => random() < probability,
    between,
    at,
    sleep: (ms) => new Promise((resolve) => at(nowMs + ms, resolve)),
    real: (work) =>
      new Promise((resolve, reject) => {
        let finish: (() => void) | null = null;
        const settled = work.then(
          (value) => (finish = () => resolve(value)),
          (error: Error) => (finish = () => reject(error)),
        );
        pending.push({
          settled,
          finish: () => {
            assert(finish, "real work is finished after it has settled");
            finish();
          },
        });
      }),
    run: async (untilMs) => {
      await rest();
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
