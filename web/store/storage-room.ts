/** What the browser grants this site, and whether it may take it back when the disk gets tight. */
export type StorageRoom = {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly kept: boolean;
  /** Less than a tenth is left: time to remove something, before a write is refused. */
  readonly tight: boolean;
};

const TIGHT_SHARE = 0.9;

/** @returns null where the browser does not tell */
export async function storageRoom(storage: StorageManager = navigator.storage): Promise<StorageRoom | null> {
  const { usage: usedBytes, quota: quotaBytes } = await storage.estimate();
  if (usedBytes === undefined || quotaBytes === undefined) return null;
  return { usedBytes, quotaBytes, kept: await storage.persisted(), tight: usedBytes > quotaBytes * TIGHT_SHARE };
}

/** Asks the browser not to clear this site's data by itself; on the page only, as browsers want it. Some ask the user,
 *  so it is done once there is something worth keeping.
 *  @returns whether the data is kept now */
export async function askToKeep(storage: StorageManager = navigator.storage): Promise<boolean> {
  return (await storage.persisted()) || (await storage.persist());
}
