import { useQueries, useQuery } from "@tanstack/react-query";
import type { MarketCode } from "../../../domain/market-code.ts";
import { OPEN_ORDER_STATES } from "../../../domain/order.ts";
import { MOST_MARKETS, type Order } from "../../../domain/wire.ts";
import { queryClient, relay, valueOf } from "./relay.ts";

/** Keys beginning with "own" belong to the person logged in and are dropped with the session. */
const OWN = "own";
export const KEY_KEY = [OWN, "key"] as const;
export const ASSETS_KEY = [OWN, "assets"] as const;
export const ORDERS_KEY = [OWN, "orders"] as const;
export const RESERVATIONS_KEY = [OWN, "reservations"] as const;
export const LIMITS_KEY = [OWN, "limits"] as const;
export const HALT_KEY = [OWN, "halt"] as const;

export const SESSIONS_KEY = [OWN, "sessions"] as const;
export const NOTICES_KEY = [OWN, "notices"] as const;
export const MEMBERS_KEY = [OWN, "members"] as const;
export const INVITATIONS_KEY = [OWN, "invitations"] as const;

/** An open order is asked about this often; the exchange allows many times more. */
const OPEN_ORDER_EVERY_MS = 2_500;
const LIST_EVERY_MS = 10_000;
const NOTICES_EVERY_MS = 30_000;
/** What one holds is looked at, not traded on; everybody's question goes to the exchange once a second at most. */
const PRICES_EVERY_MS = 3_000;
/** Open orders asked about at once; older ones wait for the relay's own sweep. */
const MOST_ASKED = 5;

export const useConfig = () =>
  useQuery({ queryKey: ["config"], queryFn: () => valueOf(relay.config()), staleTime: Infinity, retry: true });

/** What this deployment lets people do; the same as long as the page is open. */
export const useDeployment = () =>
  useQuery({ queryKey: ["deployment"], queryFn: () => valueOf(relay.deployment()), staleTime: Infinity });

export const useSessions = () =>
  useQuery({ queryKey: SESSIONS_KEY, queryFn: async () => (await valueOf(relay.sessions())).sessions });

/** @param enabled false while nobody is signed in */
export const useNotices = (enabled: boolean) =>
  useQuery({
    queryKey: NOTICES_KEY,
    queryFn: () => valueOf(relay.notices()),
    enabled,
    refetchInterval: NOTICES_EVERY_MS,
  });

export const useMembers = () =>
  useQuery({ queryKey: MEMBERS_KEY, queryFn: async () => (await valueOf(relay.members())).members });

export const useInvitations = () =>
  useQuery({ queryKey: INVITATIONS_KEY, queryFn: async () => (await valueOf(relay.invitations())).invitations });

export const useMarkets = () =>
  useQuery({
    queryKey: ["markets"],
    queryFn: async () => (await valueOf(relay.markets())).markets,
    staleTime: 600_000,
  });

/** Last prices of any markets, followed live or not, a few seconds old.
 *  @returns prices by market; `pending` while the first answer is on its way; the error of any question */
export function usePrices(markets: readonly MarketCode[]) {
  const parts = Array.from({ length: Math.ceil(markets.length / MOST_MARKETS) }, (_, place) =>
    markets.slice(place * MOST_MARKETS, (place + 1) * MOST_MARKETS),
  );
  const asked = useQueries({
    queries: parts.map((part) => ({
      queryKey: ["prices", ...part],
      queryFn: async () => (await valueOf(relay.tickers(part))).tickers,
      refetchInterval: PRICES_EVERY_MS,
    })),
  });
  const tickers = asked.flatMap(({ data }) => data ?? []);
  return {
    prices: new Map<string, number>(tickers.map(({ market, price }) => [market, price])),
    pending: asked.some(({ isPending }) => isPending),
    error: asked.find(({ error }) => error !== null)?.error ?? null,
  };
}

export const useStoredKey = (enabled: boolean) =>
  useQuery({
    queryKey: KEY_KEY,
    queryFn: async () => (await valueOf(relay.key())).key,
    enabled,
    staleTime: 60_000,
  });

export const useAssets = (enabled: boolean) =>
  useQuery({ queryKey: ASSETS_KEY, queryFn: () => valueOf(relay.assets()), enabled, refetchInterval: LIST_EVERY_MS });

export const useChance = (market: MarketCode, enabled: boolean) =>
  useQuery({
    queryKey: [OWN, "chance", market],
    queryFn: () => valueOf(relay.chance(market)),
    enabled,
    refetchInterval: LIST_EVERY_MS,
  });

export const useReservations = (enabled: boolean) =>
  useQuery({
    queryKey: RESERVATIONS_KEY,
    queryFn: async () => (await valueOf(relay.reservations())).reservations,
    enabled,
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === "waiting" || one.state === "claimed")
        ? OPEN_ORDER_EVERY_MS
        : LIST_EVERY_MS,
  });

export const useLimits = (enabled: boolean) =>
  useQuery({ queryKey: LIMITS_KEY, queryFn: () => valueOf(relay.limits()), enabled, refetchInterval: 30_000 });

export const useHalt = (enabled: boolean) =>
  useQuery({ queryKey: HALT_KEY, queryFn: () => valueOf(relay.halt()), enabled, refetchInterval: LIST_EVERY_MS });

export const useAutoSessions = (enabled: boolean) =>
  useQuery({
    queryKey: [OWN, "auto-sessions"],
    queryFn: async () => (await valueOf(relay.autoSessions())).sessions,
    enabled,
    refetchInterval: LIST_EVERY_MS,
  });

export const isOpen = (order: Order): boolean => (OPEN_ORDER_STATES as readonly string[]).includes(order.state);

/** Balances follow orders: after a change of either both are asked again. */
export function refreshMoney(): void {
  for (const queryKey of [ASSETS_KEY, ORDERS_KEY, [OWN, "chance"]]) void queryClient.invalidateQueries({ queryKey });
}

async function askOrder(known: Order): Promise<Order> {
  const { order } = await valueOf(relay.order(known.id));
  if (order.state !== known.state || order.executedVolume !== known.executedVolume) refreshMoney();
  return order;
}

/** Orders, newest first; the newest open ones are asked about one by one, which makes the relay ask the exchange. */
export function useOrders(enabled: boolean) {
  const list = useQuery({
    queryKey: ORDERS_KEY,
    queryFn: async () => (await valueOf(relay.orders())).orders,
    enabled,
    refetchInterval: LIST_EVERY_MS,
  });
  const orders = list.data ?? [];
  const asked = useQueries({
    queries: orders
      .filter(isOpen)
      .slice(0, MOST_ASKED)
      .map((order) => ({
        queryKey: [OWN, "order", order.id],
        queryFn: () => askOrder(order),
        refetchInterval: OPEN_ORDER_EVERY_MS,
      })),
  });
  const fresh = new Map(asked.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])));
  const newer = (order: Order) => {
    const other = fresh.get(order.id);
    return other !== undefined && other.updatedAtMs >= order.updatedAtMs ? other : order;
  };
  return { ...list, orders: orders.map(newer) };
}
