import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ProblemSchema } from "../domain/fault.ts";
import type { Route } from "./http/route.ts";
import { ROUTES } from "./routes/routes.ts";
import { TEST_VAPID } from "./testing/push-service.ts";
import { ROUTE_BODIES } from "./testing/route-bodies.ts";
import { ACCESS_KEY, ORIGIN, SECRET_KEY, World } from "./testing/world.ts";

const RUNS = 60;
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

type AnySchema = v.GenericSchema & Record<string, unknown>;

/** Values around what a valibot schema takes: mostly of its shape, with members that fit, almost fit or do not at all.
 *  Regular expressions in a pipe are filled in where fast-check can read them. */
function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  return often(fitting(schema as AnySchema), fc.jsonValue());
}

/** A body of eight members passes whole every other time, and has one wrong member most of the rest. */
const often = (likely: fc.Arbitrary<unknown>, rare: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 24, arbitrary: likely }, { weight: 1, arbitrary: rare });

function fitting(schema: AnySchema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case "object":
    case "strict_object":
    case "loose_object":
      return objectOf(schema["entries"] as Record<string, AnySchema>);
    case "variant":
    case "union":
    case "intersect":
      return fc.oneof(...(schema["options"] as AnySchema[]).map((option) => arbitraryOf(option)));
    case "array":
      return fc.array(arbitraryOf(schema["item"] as AnySchema), { maxLength: 4 });
    case "record":
      return fc.dictionary(fc.string(), arbitraryOf(schema["value"] as AnySchema), { maxKeys: 4 });
    case "optional":
    case "nullable":
    case "nullish":
    case "exact_optional":
      return fc.oneof(
        fc.constant(schema.type === "nullable" ? null : undefined),
        arbitraryOf(schema["wrapped"] as AnySchema),
      );
    case "picklist":
    case "enum":
      return often(fc.constantFrom(...(schema["options"] as unknown[])), fc.string());
    case "literal":
      return often(fc.constant(schema["literal"]), fc.string());
    case "boolean":
      return fc.boolean();
    case "number":
      return often(
        likelyNumber(schema),
        fc.oneof(fc.double(), fc.constantFrom(0, -1, 1e21, 253402300800000, Number.MAX_SAFE_INTEGER)),
      );
    case "string":
      return often(likelyText(schema), fc.string());
    default:
      return fc.jsonValue();
  }
}

const decimalText = fc.tuple(fc.nat(), fc.nat(99_999_999)).map(([whole, rest]) => `${whole}.${rest}`);
const marketText = fc.constantFrom("KRW-BTC", "BTC-ETH", "USDT-XRP", "KRW-NOPE", "krw-btc");

type Step = { readonly type?: string; readonly requirement?: unknown; readonly pipe?: readonly Step[] };

/** Checks of a pipe, those of pipes inside it too. */
const stepsOf = (schema: Step): readonly Step[] =>
  (schema.pipe ?? []).flatMap((step) => [step, ...(step === schema ? [] : stepsOf(step))]);

/** What passes the checks of a text, as far as they can be read; plain kinds of text where there is none to read. */
function likelyText(schema: AnySchema): fc.Arbitrary<string> {
  const readable = stepsOf(schema).flatMap(({ type, requirement }) => {
    if (type === "url")
      return [fc.webUrl(), fc.constant("https://fcm.googleapis.com/"), fc.constant("http://127.0.0.1:9/x")];
    if (type === "uuid") return [fc.uuid()];
    if (type === "base64") return [fc.base64String({ maxLength: 200 })];
    if (type !== "regex" || !(requirement instanceof RegExp)) return [];
    try {
      return [fc.stringMatching(requirement)];
    } catch {
      // Spellings that fast-check does not read (properties of Unicode): plain words stand in.
      return [fc.stringMatching(/^[a-z][a-z0-9]{2,20}$/)];
    }
  });
  return readable.length > 0 ? fc.oneof(...readable) : fc.oneof(decimalText, marketText, fc.string({ minLength: 1 }));
}

function likelyNumber(schema: AnySchema): fc.Arbitrary<number> {
  const bound = (type: string, otherwise: number) =>
    Number(stepsOf(schema).find((step) => step.type === type)?.requirement ?? otherwise);
  return fc.integer({ min: bound("min_value", 0), max: bound("max_value", 2_000_000_000_000) });
}

function objectOf(entries: Record<string, AnySchema>): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, arbitraryOf(entry)]));
  const whole = fc.record(members);
  const torn = fc.record(members, { requiredKeys: [] });
  const stuffed = fc
    .tuple(whole, fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }))
    .map(([a, b]) => ({ ...b, ...a }));
  return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: torn }, { weight: 1, arbitrary: stuffed });
}

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
