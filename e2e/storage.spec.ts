import { expect, test, type Page } from "playwright/test";
import { openBrowser } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";

test.afterEach(closeAll);

const ROOM_BYTES = 400_000;

/** A stored day as it lies in the browser's own database. */
type RawDay = { readonly kstDay: string; readonly rowCount: number; readonly block: readonly number[] };

/** Days that lie in blocks of their own, oldest first. */
const rawDays = (page: Page): Promise<RawDay[]> =>
  page.evaluate(async () => {
    type Row = { wholeDay: string; rowCount: number; block?: Uint8Array };
    const done = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
      });
    const database = await done(indexedDB.open("observator"));
    const rows = (await done(database.transaction("candlePieces").objectStore("candlePieces").getAll())) as Row[];
    database.close();
    return rows.flatMap(({ block, wholeDay, rowCount }) =>
      block ? [{ kstDay: wholeDay, rowCount, block: [...block] }] : [],
    );
  });

/** Changes one bit in the middle of a stored day. */
const damage = (page: Page, kstDay: string): Promise<void> =>
  page.evaluate(async (kstDay) => {
    type Row = { wholeDay?: string; block: Uint8Array };
    const done = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
      });
    const database = await done(indexedDB.open("observator"));
    const days = database.transaction("candlePieces", "readwrite").objectStore("candlePieces");
    const row = ((await done(days.getAll())) as Row[]).find((day) => day.wholeDay === kstDay)!;
    const middle = row.block.length >> 1;
    row.block[middle] = row.block[middle]! ^ 16;
    await done(days.put(row));
    database.close();
  }, kstDay);

const setAside = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open("observator");
        opening.addEventListener("success", () => {
          const counting = opening.result.transaction("damagedBlocks").objectStore("damagedBlocks").count();
          counting.addEventListener("success", () => {
            opening.result.close();
            resolve(counting.result);
          });
        });
      }),
  );

/** The row count that the block itself names: uint32, little endian, at byte 12. */
const rowsNamed = ({ block }: RawDay): number => new DataView(Uint8Array.from(block).buffer).getUint32(12, true);

test("a full disk leaves nothing half-written, a damaged day comes back the same [C16] [C17] [C19]", async () => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  const protocol = await context.newCDPSession(page);
  const origin = new URL(product.address).origin;
  const dayCount = async () => (await rawDays(page)).length;

  // Room for some days, and not for all that are wanted. Chromium keeps what it once granted for half a minute, so the
  // limit stands from the beginning.
  await protocol.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: ROOM_BYTES });
  await page.goto(`${product.address}/data`);
  await expect(page.getByTestId("storage-tight")).toHaveAttribute("data-full", "true", { timeout: 90_000 });
  const full = await rawDays(page);
  expect(full.length).toBeGreaterThan(0);
  expect(full.map(rowsNamed)).toEqual(full.map(({ rowCount }) => rowCount));

  await protocol.send("Storage.overrideQuotaForOrigin", { origin });
  await page.reload();
  await expect.poll(dayCount, { timeout: 60_000 }).toBeGreaterThan(full.length);
  // Some were gathered into their month since; the others are as they were.
  const kept = (await rawDays(page)).filter(({ kstDay }) => full.some((day) => day.kstDay === kstDay));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept).toEqual(full.filter(({ kstDay }) => kept.some((day) => day.kstDay === kstDay)));

  const day = (await rawDays(page)).at(-1)!;
  await damage(page, day.kstDay);
  await page.goto(product.address);
  await expect.poll(() => setAside(page), { timeout: 60_000 }).toBe(1);
  const back = async () => (await rawDays(page)).find(({ kstDay }) => kstDay === day.kstDay);
  await expect.poll(async () => (await back())?.rowCount, { timeout: 60_000 }).toBe(day.rowCount);
  expect(await back()).toEqual(day);
});
