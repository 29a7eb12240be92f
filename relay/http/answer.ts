import { ok, type Result } from "../../domain/result.ts";
import { JSON_HEADERS } from "./dress.ts";

/** A JSON answer of the shape that wire.ts names for the route. */
export const answer = <Shape>(body: Shape, status = 200, headers?: HeadersInit): Result<Response, never> =>
  ok(
    headers === undefined
      ? new Response(JSON.stringify(body), { status, headers: JSON_HEADERS })
      : Response.json(body, { status, headers }),
  );

export const nothing = (headers: HeadersInit = {}): Result<Response, never> =>
  ok(new Response(null, { status: 204, headers }));
