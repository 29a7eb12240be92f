import { useQuery } from "@tanstack/react-query";
import type { Fault } from "../../../domain/fault.ts";
import type { User } from "../../../domain/wire.ts";
import { faultIn, ME_KEY, queryClient, relay, RelayFault } from "./relay.ts";

export type Session =
  | { readonly state: "asking" }
  | { readonly state: "unclear"; readonly fault: Fault }
  | { readonly state: "out" }
  | { readonly state: "in"; readonly user: User };

async function askWho(): Promise<User | null> {
  const answer = await relay.me();
  if (answer.ok) return answer.value.user;
  if (answer.fault.type === "signed-out") return null;
  throw new RelayFault(answer.fault);
}

/** Who is logged in on this device. */
export function useSession(): Session {
  const { data, error } = useQuery({ queryKey: ME_KEY, queryFn: askWho, staleTime: 60_000 });
  if (data === null) return { state: "out" };
  if (data !== undefined) return { state: "in", user: data };
  const fault = faultIn(error);
  return fault === null ? { state: "asking" } : { state: "unclear", fault };
}

/** Another person's figures must not flash up: everything known of the last one goes. */
export function becomeUser(user: User | null): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] === "own" });
  queryClient.setQueryData(ME_KEY, user);
}

export async function logOut(): Promise<Fault | null> {
  const answer = await relay.logOut();
  if (!answer.ok && answer.fault.type !== "signed-out") return answer.fault;
  becomeUser(null);
  return null;
}
