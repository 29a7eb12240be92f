import { Trans } from "@lingui/react/macro";
import { Link } from "wouter";
import type { MarketCode } from "../../../domain/market-code.ts";
import { LimitLine } from "../faults/limit-line.tsx";
import { useLimits } from "../relay/queries.ts";
import type { Ample, Ticket } from "../ticket/ticket.ts";
import { limitAhead } from "./limit-ahead.ts";
import type { Amount } from "./reservation-draft.ts";
import screen from "../parts/screen.module.css";

type Props = {
  readonly market: MarketCode;
  readonly ticket: Ticket;
  readonly amount: Amount;
  readonly ample: Ample | null;
};

/** Says that a reservation would be refused by a limit as it is today. */
export function LimitAheadNote({ market, ticket, amount, ample }: Props) {
  const { data } = useLimits(true);
  const ahead = data === undefined ? null : limitAhead(ticket, amount, market, { limits: data.current, ample });
  if (ahead === null) return null;
  return (
    <p className={screen.warning} role="status" data-testid="limit-ahead">
      <Trans>지금 한도로는 이 예약이 그때 거절됩니다.</Trans>{" "}
      {ahead === "market" ? (
        <Trans>
          {market}은 사도록 허용한 마켓이 아닙니다. <Link href="/limits">한도 보기</Link>
        </Trans>
      ) : (
        <LimitLine limit={ahead} />
      )}
    </p>
  );
}
