import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./root.ts";

/** Stands in public/_headers where the exchange's hosts belong. */
const PLACE = "EXCHANGE_ORIGINS";

/** The page's policy with exactly the hosts it may reach; never a wildcard.
 *  @throws Error if the template has no place for them or an address is not a URL */
export function headersFor(template: string, exchangeUrl: string, exchangeWsUrl: string): string {
  if (!template.includes(PLACE)) throw new Error(`public/_headers has no ${PLACE}`);
  const origins = [
    ...new Set(
      [exchangeUrl, exchangeWsUrl]
        .map((address) => new URL(address))
        .map(({ protocol, host }) => `${protocol}//${host}`),
    ),
  ];
  return template.replaceAll(PLACE, origins.join(" "));
}

/** Writes the built page's headers for one exchange. */
export function writeStaticHeaders(exchangeUrl: string, exchangeWsUrl: string): void {
  const template = readFileSync(inRoot("public", "_headers"), "utf8");
  writeFileSync(inRoot("dist", "client", "_headers"), headersFor(template, exchangeUrl, exchangeWsUrl));
}
