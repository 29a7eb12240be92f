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
