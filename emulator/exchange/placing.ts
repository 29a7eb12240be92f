import type { Big } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { match, reserve, type MatchingStep } from "../../domain/matching.ts";
import { fundingOf } from "../../domain/matching-book.ts";
import { reservationOf, type MatchingOrder, type OrderTerms } from "../../domain/matching-order.ts";
import { ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { admit } from "./admission.ts";
import type { Exchange, ExchangeSetting } from "./exchange.ts";
import type { Identifiers } from "./identifiers.ts";
import { stepDesk, type Floor, type MarketDesk } from "./market-desk.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderShelf } from "./order-shelf.ts";

export type PlacingSetting = ExchangeSetting & {
  readonly floor: Floor;
  readonly shelf: OrderShelf;
  readonly identifiers: Identifiers;
  readonly changed: (atMs: EpochMs) => void;
  /** After a change that no order had a part in. */
  readonly keep: () => void;
  readonly deskOf: (market: MarketCode) => MarketDesk;
};

const duplicated = () => refuse(400, "duplicated_identifier", "이미 사용된 식별자입니다.");
const insufficient = ({ side }: OrderTerms) =>
  refuse(400, `insufficient_funds_${side}`, "주문 가능한 금액이 부족합니다.");

/** Source: upbit-api 1.4, 4.5. */
export const offline = () => refuse(403, "market_offline", "해당 마켓은 현재 점검 중입니다.");

export type Placing = Pick<Exchange, "check" | "place" | "burn"> & {
  /** Takes an order that is to come in another's stead, and its identifier with it; it may use what the other ties up.
   *  Source: upbit-api 4.13. */
  admitSuccessor(previous: MatchingOrder, entry: OrderEntry, atMs: EpochMs): Result<OrderTerms, Refusal>;
};

/** How orders come in. Source: upbit-api 4.3, 4.5, 4.13. */
export function createPlacing(setting: PlacingSetting): Placing {
  const { names, switches, identifiers, floor, changed, deskOf } = setting;
  const termsOf = (pocketId: string, entry: OrderEntry, atMs: EpochMs): OrderTerms => ({
    ...entry,
    uuid: names.next(),
    accountId: pocketId,
    createdAtMs: atMs,
  });
  /** A step for an order whose identifier is fresh; what was refused burns it too, unless switched off. */
  const attempt = <Made>(
    terms: OrderTerms,
    burning: { readonly onRefusal: boolean; readonly onSuccess: boolean },
    act: (step: MatchingStep) => Result<Made, Refusal>,
  ): Result<Made, Refusal> => {
    const { state, halted } = setting.stateOf(terms.market);
    if (halted || state === "PREVIEW") return offline();
    if (state === "DELISTED") return refuse(400, "notfoundmarket", "마켓 정보를 찾을 수 없습니다.");
    if (identifiers.isUsed(terms.accountId, terms.identifier)) return duplicated();
    const made = stepDesk(deskOf(terms.market), floor, terms.createdAtMs, act);
    if (made.ok ? burning.onSuccess : burning.onRefusal) identifiers.burn(terms.accountId, terms.identifier);
    changed(terms.createdAtMs);
    return made;
  };
  const burnsAll = () => ({ onRefusal: switches().refusalBurnsIdentifier, onSuccess: true });
  return {
    burn: (pocketId, identifier) => {
      identifiers.burn(pocketId, identifier);
      setting.keep();
    },
    place: (pocketId, entry, atMs) => {
      const terms = termsOf(pocketId, entry, atMs);
      return attempt(terms, burnsAll(), (step) => {
        const admitted = admit(step, terms, switches());
        return admitted.ok ? enter(setting, step, terms) : admitted;
      });
    },
    check: (pocketId, entry, atMs) => {
      const terms = termsOf(pocketId, entry, atMs);
      const burning = { onRefusal: switches().testBurnsIdentifier, onSuccess: switches().testBurnsIdentifier };
      return attempt(terms, burning, (step) => {
        const admitted = admit(step, terms, switches());
        return admitted.ok ? reserveOnPaper(step, terms) : admitted;
      });
    },
    admitSuccessor: (previous, entry, atMs) => {
      const terms = termsOf(previous.accountId, entry, atMs);
      return attempt(terms, burnsAll(), (step) => {
        const admitted = admit(step, terms, switches());
        if (!admitted.ok) return admitted;
        const { locked } = reservationOf(terms, step.book.feeRate);
        return availableTo(step, previous).lt(locked) ? insufficient(terms) : ok(terms);
      });
    },
  };
}

/** Ties the funds up, writes the order down and lets it meet the book. */
export function enter(
  { shelf, switches }: PlacingSetting,
  step: MatchingStep,
  terms: OrderTerms,
): Result<MatchingOrder, Refusal> {
  const made = reserve(step, terms);
  if (!made.ok) return insufficient(terms);
  const accepted = { ...made.value };
  shelf.add(made.value);
  match(step, made.value);
  return ok(switches().firstState === "wait" ? accepted : { ...made.value });
}

/** What the successor of an order may use: what is free, and what the order itself ties up. */
const availableTo = (step: MatchingStep, order: MatchingOrder): Big => fundingOf(step, order).free.plus(order.locked);

/** A copy of the account takes the reservation, so that nothing is tied up. */
function reserveOnPaper(step: MatchingStep, terms: OrderTerms): Result<MatchingOrder, Refusal> {
  const account = new Map([...step.accounts.get(terms.accountId)!].map(([code, held]) => [code, { ...held }]));
  const made = reserve({ ...step, accounts: new Map([[terms.accountId, account]]) }, terms);
  return made.ok ? made : insufficient(terms);
}
