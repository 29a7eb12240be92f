import { decimalText } from "../../../domain/decimal.ts";
import { ok, type Result } from "../../../domain/result.ts";
import { identifierOf, readOrderEntry, type OrderEntry } from "../../exchange/order-entry.ts";
import { orderAnswer } from "../../exchange/order-answer.ts";
import { refuse, type Refusal } from "../../refusal.ts";
import { orderNotFound, type PrivateHandler, type PrivateRequest } from "./private-request.ts";

/** Reads the entry; a request that fails here has used its identifier up like one that fails later (upbit-api 4.3, 9.10). */
function readEntry(
  { world, key }: PrivateRequest,
  body: PrivateRequest["body"],
  burns: boolean,
): Result<OrderEntry, Refusal> {
  const entry = readOrderEntry(body, { markets: world.exchange.feeds, switches: world.switches });
  const identifier = identifierOf(body);
  if (!entry.ok && burns && identifier !== null) world.exchange.burn(key.pocketId, identifier);
  return entry;
}

/** Source: upbit-api 4.3. */
export const placeOrder: PrivateHandler = (request) => {
  const { world, key, body, nowMs } = request;
  const entry = readEntry(request, body, world.switches.refusalBurnsIdentifier);
  if (!entry.ok) return entry;
  const placed = world.exchange.place(key.pocketId, entry.value, nowMs);
  return placed.ok ? ok(orderAnswer(placed.value, world.switches)) : placed;
};

/** Source: upbit-api 4.5. */
export const testOrder: PrivateHandler = (request) => {
  const { world, key, body, nowMs } = request;
  const entry = readEntry(request, body, world.switches.testBurnsIdentifier);
  if (!entry.ok) return entry;
  const checked = world.exchange.check(key.pocketId, entry.value, nowMs);
  return checked.ok ? ok(orderAnswer(checked.value, world.switches)) : checked;
};

/** Volume of the new order that means what is left of the previous one. */
const REMAIN_ONLY = "remain_only";

/** The previous order is cancelled and one of its market and side comes in its stead, or neither happens.
 *  Source: upbit-api 4.13. */
export const cancelAndNew: PrivateHandler = (request) => {
  const { world, key, nowMs } = request;
  const body = request.body ?? {};
  const [uuid, identifier] = [textOf(body["prev_order_uuid"]), textOf(body["prev_order_identifier"])];
  if (uuid === null && identifier === null)
    return refuse(400, "validation_error", "prev_order_uuid is missing, prev_order_uuid does not have a valid value");
  const previous = world.exchange.find(key.pocketId, { uuid, identifier });
  if (!previous) return orderNotFound();
  const remainOnly = body["new_volume"] === REMAIN_ONLY;
  const remaining = previous.remainingVolume && decimalText(previous.remainingVolume);
  const entry = readEntry(
    request,
    {
      market: previous.market,
      side: previous.side,
      ord_type: body["new_ord_type"],
      volume: remainOnly ? remaining : body["new_volume"],
      price: body["new_price"],
      time_in_force: body["new_time_in_force"],
      smp_type: body["new_smp_type"],
      identifier: body["new_identifier"],
    },
    world.switches.refusalBurnsIdentifier,
  );
  if (!entry.ok) return entry;
  const replaced = world.exchange.replace(previous, entry.value, { atMs: nowMs, remainOnly });
  if (!replaced.ok) return replaced;
  const { next } = replaced.value;
  return ok({
    ...orderAnswer(replaced.value.previous, world.switches),
    new_order_uuid: next.uuid,
    ...(next.identifier === null ? {} : { new_order_identifier: next.identifier }),
  });
};

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
