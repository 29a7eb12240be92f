export declare const unit: unique symbol;

/** A base type that carries its unit, so that two numbers of different units do not mix. */
export type Branded<Base, Unit extends string> = Base & { readonly [unit]: Unit };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Branded<number, "EpochMs">;
/** One ten-thousandth: 100 bps are one percent. */
export type Bps = Branded<number, "Bps">;
/** Plain decimal text, no exponent, no sign but a leading minus, no needless zeros. */
export type DecimalText = Branded<string, "Decimal">;
/** Quote currency for one unit of the base currency, as decimal text. */
export type Price = Branded<DecimalText, "Price">;
/** Amount of the base currency, as decimal text with at most eight decimals. */
export type Quantity = Branded<DecimalText, "Quantity">;
/** Amount of the quote currency, as decimal text. */
export type Notional = Branded<DecimalText, "Notional">;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const bps = (value: number): Bps => value as Bps;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;
