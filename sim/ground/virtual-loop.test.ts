import { describe, expect, it } from "vitest";
import { epochMs } from "../../domain/units.ts";
import { createVirtualLoop } from "./virtual-loop.ts";

const START = epochMs(1_000_000);

/** Twenty digests begun at once, waits of equal length, and what came when. */
async function traceOf(seed: number): Promise<string[]> {
  const loop = createVirtualLoop(seed, START);
  const trace: string[] = [];
  const tell = (what: string) => trace.push(`${loop.now() - START} ${what}`);
  for (let one = 0; one < 20; one++) {
    const bytes = new Uint8Array(one % 3 === 0 ? 200_000 : 10).fill(one);
    void loop.real(crypto.subtle.digest("SHA-256", bytes)).then(() => tell(`digest ${one}`));
    void loop.sleep(50).then(() => tell(`woke ${one}`));
  }
  await loop.run(START + 1_000);
  return trace;
}

describe("the virtual loop", () => {
  it("gives the same order for the same seed, also for work that completes in no fixed order", async () => {
    const first = await traceOf(7);
    expect(first).toHaveLength(40);
    for (let again = 0; again < 5; again++) expect(await traceOf(7)).toEqual(first);
    expect(await traceOf(8)).not.toEqual(first);
  });

  it("moves its clock by what is waited for and by nothing else", async () => {
    const loop = createVirtualLoop(1, START);
    const seen: number[] = [];
    const walk = async () => {
      for (const ms of [3_600_000, 1, 0]) {
        await loop.sleep(ms);
        seen.push(loop.now() - START);
      }
    };
    void walk();
    await loop.run(START + 3_600_000);
    expect(seen).toEqual([3_600_000]);
    await loop.run(START + 7_200_000);
    expect([seen, loop.now() - START]).toEqual([[3_600_000, 3_600_001, 3_600_001], 7_200_000]);
  });

  it("reads a body to its end before time goes on", async () => {
    const loop = createVirtualLoop(1, START);
    const seen: string[] = [];
    void new Request("http://relay.invalid/", { method: "POST", body: "x".repeat(100_000) })
      .text()
      .then((text) => seen.push(`read ${text.length}`));
    loop.at(START, () => seen.push("next event"));
    await loop.run(START);
    expect(seen).toEqual(["read 100000", "next event"]);
  });
});
