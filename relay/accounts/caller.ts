/** What is kept of where a request came from: enough for its owner to recognise, too little to find a house. IPv4 to
 *  its /24, IPv6 to its /48, anything else as it is ("local"). */
export function coarseAddress(address: string): string {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four) return `${four[1]}.0/24`;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return address.slice(0, 16);
  const [head = ""] = address.split("::");
  const groups = head.split(":").filter(Boolean).slice(0, 3);
  return `${[...groups, ...Array(3).fill("0")].slice(0, 3).join(":")}::/48`;
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];
/** Order matters: each of these calls itself the ones below as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:A|iOS)?\//, "Edge"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Whale\//, "Whale"],
  [/OPR\//, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];

/** `Chrome · Android`: coarse on purpose, a label for a list and not a fingerprint. */
export function deviceLabel(request: Request): string {
  const agent = request.headers.get("User-Agent") ?? "";
  const nameIn = (table: typeof SYSTEMS) => table.find(([pattern]) => pattern.test(agent))?.[1] ?? "?";
  return `${nameIn(BROWSERS)} · ${nameIn(SYSTEMS)}`;
}
