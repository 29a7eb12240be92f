import { writeFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { closeAll } from "./closing.ts";
import { killRound } from "./kill/round.ts";

/** Small by default, so that every test run has one round; `npm run proof -- kill` asks for more. */
const RESERVATIONS = Number(process.env["KILL_RESERVATIONS"] ?? 40);
const KILLS = Number(process.env["KILL_KILLS"] ?? 1);

test.afterEach(closeAll);

test(`of ${RESERVATIONS} reservations due at once none fires twice and none is lost when the relay is killed while it fires [X8, X5]`, async () => {
  test.setTimeout(1_500_000);
  const result = await killRound(RESERVATIONS, KILLS);
  const file = process.env["KILL_RESULT"];
  if (file) writeFileSync(file, JSON.stringify(result));
  console.log(`killed with ${result.placedAtKill.join(", ")} orders placed, away for ${result.downMs.join(", ")} ms`);
  expect(result).toMatchObject({ twice: [], strange: [], lost: [], disagreed: [] });
});
