import { QueryCache, QueryClient } from "@tanstack/react-query";
import type { Fault } from "../../../domain/fault.ts";
import type { Result } from "../../../domain/result.ts";
import { createRelayClient } from "../../relay-client.ts";

export const relay = createRelayClient();

/** A fault on its way through TanStack Query, which knows failures only as thrown. */
export class RelayFault extends Error {
  override name = "RelayFault";
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.detail);
    this.fault = fault;
  }
}

/** @throws RelayFault, for TanStack Query to catch */
export async function valueOf<Value>(answer: Promise<Result<Value, Fault>>): Promise<Value> {
  const result = await answer;
  if (!result.ok) throw new RelayFault(result.fault);
  return result.value;
}

/** The fault inside a query's error, or null. An error of another kind is a bug and goes on to the error screen. */
export function faultIn(error: Error | null): Fault | null {
  if (error === null) return null;
  if (error instanceof RelayFault) return error.fault;
  throw error;
}

const MOST_RETRIES = 3;
export const ME_KEY = ["me"] as const;

/** Only what the relay calls harmless to repeat is repeated; a session that has ended is noticed wherever it shows. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof RelayFault && error.fault.type === "signed-out") queryClient.setQueryData(ME_KEY, null);
    },
  }),
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: 3_000,
      retry: (count, error) => error instanceof RelayFault && error.fault.kind === "retry" && count < MOST_RETRIES,
    },
    mutations: { networkMode: "always", retry: false },
  },
});
