import { useSyncExternalStore } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import { subscribeLive } from "../../workers/link.ts";
import type { LinkState, LiveMessage, Quote } from "../../workers/protocol.ts";

type LinkMessage = Extract<LiveMessage, { readonly type: "link" }>;

/** The newest quotes this tab has heard, one subscription for all screens. */
const quotes = new Map<MarketCode, Quote>();
let link: LinkMessage | null = null;
const listeners = new Set<() => void>();
let unsubscribe: (() => void) | null = null;

function hear(message: LiveMessage): void {
  if (message.type === "link") link = message;
  else quotes.set(message.quote.market, message.quote);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  unsubscribe ??= subscribeLive(hear);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    unsubscribe?.();
    unsubscribe = null;
  };
}

export const useQuote = (market: MarketCode): Quote | null =>
  useSyncExternalStore(subscribe, () => quotes.get(market) ?? null);

export const useLinkState = (): LinkState => useSyncExternalStore(subscribe, () => link?.state ?? "connecting");

/** How the collector is doing, told every few seconds; null before the first word. */
export const useLink = (): LinkMessage | null => useSyncExternalStore(subscribe, () => link);
