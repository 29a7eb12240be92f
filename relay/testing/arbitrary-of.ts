import * as fc from "fast-check";
import type * as v from "valibot";

type AnySchema = v.GenericSchema & Record<string, unknown>;

/** Values around what a valibot schema takes: mostly of its shape, with members that fit, almost fit or do not at all.
 *  Regular expressions in a pipe are filled in where fast-check can read them. */
export function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: fitting(schema as AnySchema) }, { weight: 1, arbitrary: fc.jsonValue() });
}

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
      return fc.oneof(fc.constantFrom(...(schema["options"] as unknown[])), fc.string());
    case "literal":
      return fc.oneof(fc.constant(schema["literal"]), fc.string());
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.oneof(
        fc.integer(),
        fc.nat(),
        fc.double(),
        fc.constantFrom(0, -1, 1e21, 253402300800000, Number.MAX_SAFE_INTEGER),
      );
    case "string":
      return fc.oneof(...patternsOf(schema), fc.string(), fc.uuid(), fc.webUrl(), decimalText, marketText);
    default:
      return fc.jsonValue();
  }
}

const decimalText = fc.tuple(fc.nat(), fc.nat(99_999_999)).map(([whole, rest]) => `${whole}.${rest}`);
const marketText = fc.constantFrom("KRW-BTC", "BTC-ETH", "USDT-XRP", "KRW-NOPE", "krw-btc");

function patternsOf(schema: AnySchema): fc.Arbitrary<string>[] {
  const steps = (schema["pipe"] ?? []) as { type?: string; requirement?: unknown }[];
  return steps.flatMap(({ type, requirement }) => {
    if (type !== "regex" || !(requirement instanceof RegExp)) return [];
    try {
      return [fc.stringMatching(requirement)];
    } catch {
      // Spellings that fast-check does not read (properties of Unicode): plain words stand in.
      return [fc.stringMatching(/^[a-z][a-z0-9]{2,20}$/)];
    }
  });
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
