import { SECOND_MS } from "../../domain/units.ts";
import type { Relay } from "../relay.ts";

/** Whoever waits for somebody else's asking waits so long, then asks alone: that request may have been broken off. */
const LONGEST_WAIT_MS = 20 * SECOND_MS;

/** Those who want the same at the same time share one asking, within this isolate.
 *  @param name  what is asked for; one name, one type of answer */
export async function together<Answer>(relay: Relay, name: string, ask: () => Promise<Answer>): Promise<Answer> {
  const { memory, outside } = relay;
  const running = memory.running.get(name) as Promise<Answer> | undefined;
  if (running) {
    const shared = await Promise.race([running, outside.sleep(LONGEST_WAIT_MS).then(() => null)]);
    return shared ?? ask();
  }
  const work = ask().finally(() => memory.running.delete(name));
  memory.running.set(name, work);
  outside.waitUntil(work.catch(() => null));
  return work;
}
