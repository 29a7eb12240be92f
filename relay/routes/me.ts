import type { User } from "../../domain/wire.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

export const me: Route = {
  method: "GET",
  path: "/api/me",
  access: "owner",
  handle: async ({ user }) => answer<{ user: User }>({ user }),
};
