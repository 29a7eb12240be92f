import { Big, decimal, notionalText, quantityText } from "./decimal.ts";
import type { Side } from "./market.ts";
import { fail, ok, type Result } from "./result.ts";
import type { DecimalText, Notional, Quantity } from "./units.ts";

/** One execution, as the exchange booked it. `funds` = price × volume, `fee` in the quote currency. */
export type Fill = {
  readonly side: Side;
  readonly volume: DecimalText;
  readonly funds: DecimalText;
  readonly fee: DecimalText;
};

/** What fills left behind. */
export type Position = {
  readonly held: Quantity;
  /** Paid for what is held, fees of the buys included. */
  readonly cost: Notional;
  /** Proceeds of the sales less their fees and less the cost of what was sold; negative is a loss. */
  readonly realised: Notional;
  readonly paidFees: Notional;
};

export const FLAT = { held: "0", cost: "0", realised: "0", paidFees: "0" } as Position;

/** Average cost, exact but for the one division of a partial sale (eight decimals, cut). Selling everything takes
 *  the whole cost, so that nothing of a rounding stays behind. Rule T6. */
export function positionAfter(position: Position, fill: Fill): Result<Position, "sold-more-than-held"> {
  const held = decimal(position.held);
  const cost = decimal(position.cost);
  const volume = decimal(fill.volume);
  const fee = decimal(fill.fee);
  const paidFees = notionalText(decimal(position.paidFees).plus(fee));
  if (fill.side === "bid")
    return ok({
      held: quantityText(held.plus(volume)),
      cost: notionalText(cost.plus(decimal(fill.funds)).plus(fee)),
      realised: position.realised,
      paidFees,
    });
  if (volume.gt(held)) return fail("sold-more-than-held");
  const soldCost = volume.eq(held) ? cost : cost.times(volume).div(held).round(8, Big.roundDown);
  const gain = decimal(fill.funds).minus(fee).minus(soldCost);
  return ok({
    held: quantityText(held.minus(volume)),
    cost: notionalText(cost.minus(soldCost)),
    realised: notionalText(decimal(position.realised).plus(gain)),
    paidFees,
  });
}

/** @param fills oldest first */
export function positionFromFills(fills: readonly Fill[]): Result<Position, "sold-more-than-held"> {
  let position = FLAT;
  for (const fill of fills) {
    const next = positionAfter(position, fill);
    if (!next.ok) return next;
    position = next.value;
  }
  return ok(position);
}
