import type { Breach, Invariant } from "./breach.ts";
import { chainVerifies } from "./chain-verifies.ts";
import { lastWordStands } from "./last-word-stands.ts";
import { noSecretLeaves } from "./no-secret-leaves.ts";
import { noneLost } from "./none-lost.ts";
import { nothingAfterHalt } from "./nothing-after-halt.ts";
import { oneAnswerPerKey } from "./one-answer-per-key.ts";
import { oneOrderPerIntent } from "./one-order-per-intent.ts";
import { onlyTheHolder } from "./only-the-holder.ts";
import { onlyWeatherIsReported } from "./only-weather-is-reported.ts";
import { withinLimits } from "./within-limits.ts";
import { withinValidity } from "./within-validity.ts";
import { writtenBeforeSent } from "./written-before-sent.ts";

/** What must hold after every run, whatever went wrong in it. */
export const INVARIANTS: readonly (readonly [string, Invariant])[] = [
  ["one-order-per-intent", oneOrderPerIntent],
  ["written-before-sent", writtenBeforeSent],
  ["only-the-holder", onlyTheHolder],
  ["nothing-after-halt", nothingAfterHalt],
  ["within-validity", withinValidity],
  ["within-limits", withinLimits],
  ["none-lost", noneLost],
  ["last-word-stands", lastWordStands],
  ["one-answer-per-key", oneAnswerPerKey],
  ["chain-verifies", chainVerifies],
  ["no-secret-leaves", noSecretLeaves],
  ["only-weather-is-reported", onlyWeatherIsReported],
];

export type Broken = Breach & { readonly invariant: string };
