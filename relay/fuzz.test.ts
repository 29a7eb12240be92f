import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ProblemSchema } from "../domain/fault.ts";
import type { Route } from "./http/route.ts";
import { ROUTES } from "./routes/routes.ts";
import { arbitraryOf } from "./testing/arbitrary-of.ts";
import { TEST_VAPID } from "./testing/push-service.ts";
import { ROUTE_BODIES } from "./testing/route-bodies.ts";
import { ACCESS_KEY, ORIGIN, SECRET_KEY, World } from "./testing/world.ts";

const RUNS = 40;
const VERIFIER = "ab".repeat(32);
const SET_UP_CODE = "set-up-code-of-the-tests";
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const takesBody = ({ method }: Route): boolean => method === "POST" || method === "PUT";

const parameter = fc.oneof(
  fc.constantFrom("KRW-BTC", "2026-11-20", "1m", "x", "%", "..", "'--"),
  fc.string({ maxLength: 60 }),
  fc.uuid(),
);
const headers = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ "If-None-Match": fc.string({ unit: "grapheme-ascii" }) }) },
  { weight: 1, arbitrary: fc.record({ Cookie: fc.string({ unit: "grapheme-ascii" }) }) },
);
const query = fc.oneof(
  fc.constant(""),
  fc.webQueryParameters().map((text) => `?${text}`),
  fc.nat().map((at) => `?before=${at}`),
);

type Attempt = { readonly path: string; readonly body: unknown; readonly headers: Record<string, string> };

function attemptsAt(route: Route): fc.Arbitrary<Attempt> {
  const names = [...route.path.matchAll(/:\w+/g)].map(([name]) => name);
  const path = fc.tuple(fc.array(parameter, { minLength: names.length, maxLength: names.length }), query).map(
    ([values, rest]) =>
      // A whole segment of dots is no parameter: the address is another one before it is sent.
      names.reduce(
        (whole, name, at) => whole.replace(name, encodeURIComponent(values[at]!).replaceAll(".", "%2E")),
        route.path as string,
      ) + rest,
  );
  const schema = ROUTE_BODIES[nameOf(route)];
  const body = !takesBody(route)
    ? fc.constant(undefined)
    : schema
      ? arbitraryOf(schema)
      : fc.option(fc.jsonValue(), { nil: undefined });
  return fc.record({ path, body, headers }) as fc.Arbitrary<Attempt>;
}

/** Somebody with a key and every right, so that the bodies get as far as they can. */
async function worldWithAdmin(): Promise<{ world: World; cookie: string }> {
  const world = await World.make(TEST_VAPID);
  const admin = await world.person("admin", { setUpCode: SET_UP_CODE });
  await admin.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
  return { world, cookie: admin.cookie };
}

describe("every route, whatever it is sent", () => {
  it("has a known body", () => {
    const unknown = ROUTES.filter(takesBody)
      .map(nameOf)
      .filter((name) => !Object.hasOwn(ROUTE_BODIES, name));
    expect(unknown, "name their schemas in relay/testing/route-bodies.ts").toEqual([]);
  });

  it.each(ROUTES.map((route) => [nameOf(route), route] as const))(
    "%s answers, and every refusal is a problem with a sentence [X14]",
    async (_name, route) => {
      const { world, cookie } = await worldWithAdmin();
      await fc.assert(
        fc.asyncProperty(attemptsAt(route), fc.boolean(), async ({ path, body, headers }, signedIn) => {
          const request = new Request(ORIGIN + path, {
            method: route.method,
            headers: {
              ...(body === undefined ? {} : { "Content-Type": "application/json" }),
              ...(signedIn ? { Cookie: cookie } : {}),
              ...headers,
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) ?? "" }),
          });
          const response = await world.app.fetch(request);
          const text = await response.text();
          expect(world.reports).toEqual([]);
          expect(response.status).toBeLessThan(500);
          if (response.status < 400) return;
          expect(response.headers.get("Content-Type")).toBe("application/problem+json");
          const problem = v.parse(ProblemSchema, JSON.parse(text));
          expect(problem.detail).toMatch(/^[A-Z].{8,}[.!]$/);
          expect(text).not.toContain(VERIFIER);
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
      );
    },
    60_000,
  );
});
