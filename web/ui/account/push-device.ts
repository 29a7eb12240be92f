import type { Fault } from "../../../domain/fault.ts";
import { ok, type Result } from "../../../domain/result.ts";
import { relay } from "../relay/relay.ts";

/** `denied` by the person, `unable` by the browser: a private window, or no way to its push service. */
export type PushState = "on" | "off" | "denied" | "unable";
type Turned = Result<PushState, Fault>;

/** This browser's own subscription, or null. */
export async function currentPush(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Asks the person, then the browser's push service, then tells the relay where to send. */
export async function startPush(vapidPublicKey: string, language: "ko" | "en"): Promise<Turned> {
  if ((await Notification.requestPermission()) !== "granted") return ok("denied");
  const registration = await navigator.serviceWorker.ready;
  const push = await subscribe(registration.pushManager, vapidPublicKey);
  if (push === null) return ok("unable");
  const { endpoint, keys } = push.toJSON();
  const entry = { endpoint: endpoint ?? "", p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "", language };
  const told = await relay.putPushDevice(entry);
  if (told.ok) return ok("on");
  await push.unsubscribe();
  return told;
}

async function subscribe(manager: PushManager, applicationServerKey: string): Promise<PushSubscription | null> {
  try {
    return await manager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch {
    // The browser says only that it failed: no way to its push service, or an older key is still in place.
    return null;
  }
}

export async function stopPush(): Promise<Turned> {
  const push = await currentPush();
  if (push === null) return ok("off");
  const devices = await relay.pushDevices();
  const own = devices.ok ? devices.value.devices.find(({ endpoint }) => endpoint === push.endpoint) : undefined;
  if (own !== undefined) {
    const gone = await relay.deletePushDevice(own.id);
    if (!gone.ok && gone.fault.type !== "not-found") return gone;
  }
  await push.unsubscribe();
  return ok("off");
}
