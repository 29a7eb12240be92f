import { describe, expect, it } from "vitest";
import { epochMs } from "../../domain/units.ts";
import { createVirtualLoop } from "./virtual-loop.ts";

const START = epochMs(1_000_000);

/** Twenty waits of equal length, each with a body that is read, and what came when. */
async function traceOf(seed: number): Promise<string[]> {
  const loop = createVirtualLoop(seed, START);
  const trace: string[] = [];
  for (let one = 0; one < 20; one++)
    void loop.sleep(50).then(async () => {
      const text = await new Response("x".repeat(one * 1_000)).text();
      trace.push(`${loop.now() - START} ${one} read ${text.length}`);
    });
  await loop.run(START + 1_000);
  return trace;
}

describe("the virtual loop", () => {
  it("gives the same order for the same seed, and another for another", async () => {
    const first = await traceOf(7);
    expect(first).toHaveLength(20);
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
