/** What the browser grants this site, and whether it may take it back when the disk gets tight. */
export type StorageRoom = {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly kept: boolean;
  /** Less than a tenth is left: time to remove something, before a write is refused. */
  readonly tight: boolean;
};

const TIGHT_SHARE = 0.9;

/** @returns null where the browser does not tell, as in some private windows */
export async function storageRoom(): Promise<StorageRoom | null> {
  if (!("storage" in navigator)) return null;
  const { usage: usedBytes = 0, quota: quotaBytes = 0 } = await navigator.storage.estimate();
  const kept = await navigator.storage.persisted();
  return { usedBytes, quotaBytes, kept, tight: usedBytes > quotaBytes * TIGHT_SHARE };
}

/** Asks the browser not to clear this site's data by itself; on the page only, as browsers want it. Some ask the user,
 *  so it is done on the user's own click.
 *  @returns whether the data is kept now */
export async function askToKeep(): Promise<boolean> {
  return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}
