import { fail, ok, type Result } from "../domain/result.ts";
import type { ApiKey, Permission } from "./accounts/api-keys.ts";
import type { JournalLine } from "./exchange/journal.ts";
import { uuidOf } from "./names.ts";
import { myAssetFrame, myOrderFrame } from "./private-frames.ts";
import type { Frame } from "./socket/socket-frames.ts";
import type { Stream } from "./socket/socket-streams.ts";
import type { World } from "./world.ts";

/** One type object of a request to the private socket, read. Source: upbit-api 6.2. */
export type PrivateSubscription =
  /** @property codes markets that are told, null or none of them: all */
  { readonly type: "myOrder"; readonly codes: readonly string[] | null } | { readonly type: "myAsset" };

/** What a key needs for each type. Source: upbit-api 2.1. */
export const STREAM_PERMISSIONS: Record<PrivateSubscription["type"], Permission> = {
  myOrder: "view_orders",
  myAsset: "view_account",
};

/** Streams of the orders and balances of a key's pocket, from this moment on: there is no snapshot.
 *  @returns a function that makes the streams of one request message, or names the permission that the key lacks.
 *  Source: upbit-api 6.8, 6.9 */
export function createPrivateStreams(
  world: World,
): (
  caller: Pick<ApiKey, "pocketId" | "permissions">,
  subscriptions: readonly PrivateSubscription[],
) => Result<Stream[], Permission> {
  return ({ pocketId, permissions }, subscriptions) => {
    const lacking = subscriptions
      .map(({ type }) => STREAM_PERMISSIONS[type])
      .find((permission) => !permissions.includes(permission));
    if (lacking) return fail(lacking);
    return ok(
      subscriptions.map((subscription) => journalStream(world, pocketId, framesOf(world, pocketId, subscription))),
    );
  };
}

type FramesOf = (line: JournalLine) => Frame | null;

function framesOf(world: World, pocketId: string, subscription: PrivateSubscription): FramesOf {
  if (subscription.type === "myAsset") {
    const assetUuid = uuidOf(world.seed, "assets", pocketId);
    return (line) => (line.about === "assets" ? myAssetFrame(line, assetUuid) : null);
  }
  const codes = new Set(subscription.codes ?? []);
  return (line) => {
    if (line.about !== "order" || (codes.size > 0 && !codes.has(line.order.market))) return null;
    return line.kind === "done" && !world.switches.doneFrame ? null : myOrderFrame(line);
  };
}

function journalStream(world: World, pocketId: string, frameOf: FramesOf): Stream {
  const { journal } = world.exchange;
  let from = journal.next();
  return {
    first: () => {
      from = journal.next();
      return [];
    },
    next: () => {
      const lines = journal.since(from);
      from = journal.next();
      const mine = lines.filter((line) => line.accountId === pocketId);
      return mine.map(frameOf).filter((frame) => frame !== null);
    },
  };
}
