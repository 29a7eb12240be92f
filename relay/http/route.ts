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
export type OwnerCall = Call & { readonly user: User; readonly sessionHash: string };
export type Answered = Promise<Result<Response, RelayFault>>;

type Path = { readonly method: "GET" | "POST" | "PUT" | "DELETE"; readonly path: `/api/${string}` };
/** Who may call stands at the route and nowhere else. `owner` reaches only rows of the user who is signed in;
 *  `admin` is an owner with that role. Rule X3. */
export type Route = Path &
  (
    | { readonly access: "anyone"; readonly handle: (call: Call) => Answered }
    | { readonly access: "owner" | "admin"; readonly handle: (call: OwnerCall) => Answered }
  );
