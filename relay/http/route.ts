import type { Result } from "../../domain/result.ts";
import type { User } from "../../domain/wire.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";

/** One request, as a route sees it. */
export type Call = {
  readonly relay: Relay;
  readonly request: Request;
  /** Parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Address of the caller as the platform tells it. */
  readonly address: string;
};
export type OwnerCall = Call & {
  readonly user: User;
  readonly sessionHash: string;
  /** When this session last proved the password, wall time: for `requireFresh`. */
  readonly confirmedMs: number;
};
/** The route itself looks the session up, in the batch of what it does: one trip to the database less. */
export type SessionCall = Call & { readonly sessionHash: string };
export type Answered = Promise<Result<Response, RelayFault>>;

type Path = { readonly method: "GET" | "POST" | "PUT" | "DELETE"; readonly path: `/api/${string}` };
/** Who may call stands at the route and nowhere else. `owner` reaches only rows of the user who is signed in;
 *  `admin` is an owner with that role; `fresh` is an owner who gave the password within the last five minutes.
 *  `session` is an owner whose session the route checks in the batch of what it does. Rules X3, X22. */
export type Route = Path &
  (
    | { readonly access: "anyone"; readonly handle: (call: Call) => Answered }
    | { readonly access: "session"; readonly handle: (call: SessionCall) => Answered }
    | { readonly access: "owner" | "fresh" | "admin"; readonly handle: (call: OwnerCall) => Answered }
  );
