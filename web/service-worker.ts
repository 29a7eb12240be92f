import type { PushMessage } from "../domain/wire-notices.ts";
import { hasWords, noticeScreen, noticeText } from "./notice-words.ts";
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import { registerRoute, setCatchHandler } from "workbox-routing";
import { NetworkOnly } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly (PrecacheEntry | string)[] };

/** The page's shell: what a start without network needs. */
const SHELL = "/index.html";
/** Longer than a slow phone network's round trip, shorter than a person's patience. */
const NAVIGATION_TIMEOUT_S = 3;

// Without a directory index a visit to "/" is a navigation like any other and asks the network first.
precacheAndRoute([...self.__WB_MANIFEST], { directoryIndex: "", cleanURLs: false });
cleanupOutdatedCaches();

// Navigations ask the network first, so that changed security headers arrive; the precached shell, which fits the
// precached scripts, answers when the network does not. The relay's answers never pass through here: an old balance is
// a wrong balance.
registerRoute(
  ({ request, url }) => request.mode === "navigate" && !url.pathname.startsWith("/api/"),
  new NetworkOnly({ networkTimeoutSeconds: NAVIGATION_TIMEOUT_S }),
);
setCatchHandler(async ({ request }) => {
  const shell = request.mode === "navigate" ? await matchPrecache(SHELL) : undefined;
  return shell ?? Response.error();
});

// The page asks before it reloads itself: an order form must not vanish under a hand.
self.addEventListener("message", (event) => {
  if ((event.data as { type?: unknown } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
});

/** Only the relay can have written it: it is sealed for this browser. */
function messageIn(data: PushMessageData | null): PushMessage | null {
  try {
    const message = (data?.json() ?? null) as PushMessage | null;
    return message !== null && hasWords(message.kind) ? message : null;
  } catch {
    // A push service's own test message has no words of ours.
    return null;
  }
}

// A browser shows something for every push: a message that cannot be read still says where to look.
self.addEventListener("push", (event) => {
  const message = messageIn(event.data);
  const { title, body } = message
    ? noticeText(message.kind, message.detail, message.language)
    : { title: "OBservator", body: "" };
  const path = message ? noticeScreen(message.kind) : "/";
  const shown = {
    body,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    tag: `notice-${message?.id ?? 0}`,
    data: { path },
  };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data as { path: string };
  event.waitUntil(openScreen(path));
});

/** The page that is open goes there; without one a new one opens. */
async function openScreen(path: string): Promise<void> {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) return void (await self.clients.openWindow(path));
  await page.focus();
  await page.navigate(path).catch(() => self.clients.openWindow(path));
}
