import type { Big } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { cancelResting, match, reserve, type MatchingStep } from "../../domain/matching.ts";
import { fundingOf } from "../../domain/matching-book.ts";
import { reservationOf, type MatchingOrder, type OrderTerms } from "../../domain/matching-order.ts";
import { ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Switches } from "../switches.ts";
import { admit } from "./admission.ts";
import type { Exchange, ExchangeSetting } from "./exchange.ts";
import { createIdentifiers } from "./identifiers.ts";
import { stepDesk, type Floor, type MarketDesk } from "./market-desk.ts";
import type { OrderEntry } from "./order-entry.ts";
import { isOpen, type OrderShelf } from "./order-shelf.ts";

/** The order that was cancelled, as it was, and the one in its stead. */
export type Replaced = { readonly previous: MatchingOrder; readonly next: MatchingOrder };

type PlacingSetting = ExchangeSetting & {
  readonly floor: Floor;
  readonly shelf: OrderShelf;
  readonly changed: (atMs: EpochMs) => void;
  readonly deskOf: (market: MarketCode) => MarketDesk;
};

const duplicated = () => refuse(400, "duplicated_identifier", "이미 사용된 식별자입니다.");
const insufficient = ({ side }: OrderTerms) =>
  refuse(400, `insufficient_funds_${side}`, "주문 가능한 금액이 부족합니다.");

/** Source: upbit-api 4.10, 9.8. */
export const closedAlready = ({ cancelClosedName }: Switches) =>
  refuse(cancelClosedName === "order_not_found" ? 404 : 400, cancelClosedName, "취소할 수 있는 주문이 아닙니다.");

/** Source: upbit-api 1.4, 4.5. */
export const offline = () => refuse(403, "market_offline", "해당 마켓은 현재 점검 중입니다.");

/** How orders come in. Source: upbit-api 4.3, 4.5, 4.13. */
export function createPlacing(setting: PlacingSetting): Pick<Exchange, "check" | "place" | "burn" | "replace"> {
  const { books, names, switches, ownerOf, floor, shelf, changed, deskOf } = setting;
  const termsOf = (pocketId: string, entry: OrderEntry, atMs: EpochMs): OrderTerms => ({
    ...entry,
    uuid: names.next(),
    accountId: pocketId,
    createdAtMs: atMs,
  });
  const identifiers = createIdentifiers(books.identifiers, ownerOf);
  /** A step for an order whose identifier is fresh; what was refused burns it too, unless switched off. */
  const attempt = <Made>(
    terms: OrderTerms,
    burning: { readonly onRefusal: boolean; readonly onSuccess: boolean },
    act: (step: MatchingStep) => Result<Made, Refusal>,
  ): Result<Made, Refusal> => {
    const { state, halted } = setting.stateOf(terms.market);
    if (halted) return offline();
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
      setting.onChange();
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
    replace: (named, entry, atMs) => {
      const previous = shelf.live(named);
      if (!isOpen(previous)) return closedAlready(switches());
      const terms = termsOf(previous.accountId, entry, atMs);
      return attempt(terms, burnsAll(), (step) => {
        const admitted = admit(step, terms, switches());
        if (!admitted.ok) return admitted;
        if (availableTo(step, previous).lt(reservationOf(terms, step.book.feeRate).locked)) return insufficient(terms);
        const before = { ...previous };
        cancelResting(step, previous);
        const next = enter(setting, step, terms);
        return next.ok ? ok({ previous: before, next: next.value }) : next;
      });
    },
  };
}

/** Ties the funds up, writes the order down and lets it meet the book. */
function enter(
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
