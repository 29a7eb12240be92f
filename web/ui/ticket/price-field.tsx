import { useLingui } from "@lingui/react/macro";
import { quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { AmountField } from "../parts/amount-field.tsx";
import { Button } from "../parts/button.tsx";
import { steppedPrice } from "./ticket.ts";
import style from "./ticket-fields.module.css";

type Props = {
  readonly market: MarketCode;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (price: string) => void;
};

/** A unit price with a step down and a step up on the market's tick grid. */
export function PriceField({ market, value, error, onChange }: Props) {
  const { t } = useLingui();
  const quote = quoteOf(market);
  const step = (direction: "up" | "down") => onChange(steppedPrice(value, market, direction));
  return (
    <div className={style.price}>
      <AmountField
        label={t`가격`}
        value={value}
        error={error}
        onChange={onChange}
        // A price that follows the market stands still under the hand that is about to change it.
        onEnter={() => onChange(value)}
        unit={quote === "KRW" ? t`원` : quote}
      />
      <Button aria-label={t`한 호가 내리기`} className={style.step} onClick={() => step("down")}>
        −
      </Button>
      <Button aria-label={t`한 호가 올리기`} className={style.step} onClick={() => step("up")}>
        +
      </Button>
    </div>
  );
}
