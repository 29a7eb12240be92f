import type { Fault, FaultType } from "../domain/fault.ts";
import { fail } from "../domain/result.ts";

/** A fault on its way to the wire; `field` names the part of the request that was wrong. */
export type RelayFault = Fault & { readonly field?: string };

/** Nothing happened and the same request would be refused again. */
export const refuse = (type: FaultType, detail: string, field?: string) =>
  fail<RelayFault>({ type, kind: "refuse", detail, ...(field === undefined ? {} : { field }) });

/** Nothing happened; the same request may come again. */
export const retry = (type: FaultType, detail: string, retryAfterMs: number) =>
  fail<RelayFault>({ type, kind: "retry", detail, retryAfterMs });

/** Nothing works until a person acts. */
export const stop = (type: FaultType, detail: string) => fail<RelayFault>({ type, kind: "stop", detail });
