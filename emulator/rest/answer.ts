import { refusalBody, type Refusal } from "../refusal.ts";

/** One HTTP answer as plain values. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Quotation alone honours `Accept-Encoding: gzip`. Source: upbit-api 1.2. */
  readonly compressible: boolean;
  /** How far the `Date` header is off, for a server whose clock is wrong. */
  readonly dateSkewMs?: number;
};

const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };

/** @param body becomes JSON */
export const jsonAnswer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  text: JSON.stringify(body),
  compressible: false,
});

export const refusalAnswer = (refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Answer =>
  jsonAnswer(refusal.status, refusalBody(refusal), headers);
