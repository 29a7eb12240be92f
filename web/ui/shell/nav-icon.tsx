/** Line drawings on a grid of 24. */
const PATHS = {
  market: "M4 20V10M9 20V4M15 20v-8M20 20V7",
  assets: "M4 8a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM15 12.5h5",
  orders: "M7 4h10v16l-2.5-1.7L12 20l-2.5-1.7L7 20ZM10 9h4M10 13h4",
  auto: "M5 12a7 7 0 0 1 12-4.9M19 12a7 7 0 0 1-12 4.9M17 3v4.4h-4.4M7 21v-4.4h4.4",
  train: "M12 4v3M12 17v3M4 12h3M17 12h3M8 8h8v8H8ZM11 11h2v2h-2Z",
  data: "M5 6.5C5 5.1 8.1 4 12 4s7 1.1 7 2.5S15.9 9 12 9 5 7.9 5 6.5ZM5 6.5v11C5 18.9 8.1 20 12 20s7-1.1 7-2.5v-11M5 12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.8-3.4 3.6-5 7-5s6.2 1.6 7 5",
} as const;
export type NavIconName = keyof typeof PATHS;

export function NavIcon({ name }: { readonly name: NavIconName }) {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.9" aria-hidden>
      <path d={PATHS[name]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
