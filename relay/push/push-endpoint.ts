import type { Settings } from "../settings.ts";
import { isLoopback } from "../settings.ts";

/** The push services of today's browsers. An endpoint is an address that a user hands in and the relay then calls: only
 *  these may be called. Chrome and its kin, Firefox, Edge, Safari. */
const SERVICES: readonly RegExp[] = [
  /^fcm\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /^[a-z0-9-]+\.notify\.windows\.com$/,
  /^(?:[a-z0-9-]+\.)?push\.apple\.com$/,
];

/** Loopback passes only where the exchange is local too: a deployment must not be talked into calling itself.
 *  Rule X31. */
export function isPushEndpoint({ loopbackExchange }: Settings, endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  if (url.username !== "" || url.password !== "") return false;
  if (isLoopback(url)) return loopbackExchange && (url.protocol === "http:" || url.protocol === "https:");
  return url.protocol === "https:" && url.port === "" && SERVICES.some((service) => service.test(url.hostname));
}
