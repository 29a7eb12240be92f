import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { useState } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import { previewRetention, readRetention, writeRetention, type RetentionPreview } from "../../store/candle-store.ts";
import { database } from "../database.ts";
import { grouped } from "../format/amount.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { sizeLabel } from "./byte-size.ts";
import style from "./data-screen.module.css";

type Props = { readonly market: MarketCode; readonly nowMs: EpochMs };
type Wish = { readonly keepDays: number; readonly preview: RetentionPreview };

const ALL = "all";
const CHOICES = [30, 60, 90, 180, 365, 730, 1095];

/** How long a market's candles are kept. What would go is shown before it goes; the worker then takes it away. */
export function RetentionPanel({ market, nowMs }: Props) {
  const { t } = useLingui();
  const keepDays = useLiveQuery(() => readRetention(database, market), [market]) ?? null;
  const [wish, setWish] = useState<Wish | null>(null);
  const choices = [...new Set([...CHOICES, ...(keepDays === null ? [] : [keepDays])])];

  async function choose(value: string) {
    if (value === ALL) return writeRetention(database, market, null);
    const wanted = Number(value);
    const preview = await previewRetention(database, market, { keepDays: wanted, marketNowMs: nowMs });
    if (preview.dayCount === 0) return writeRetention(database, market, wanted);
    setWish({ keepDays: wanted, preview });
  }
  function confirm() {
    if (wish !== null) void writeRetention(database, market, wish.keepDays);
    setWish(null);
  }
  return (
    <Panel title={t`보관 기간`}>
      <SelectField
        label={t`${market} 보관`}
        value={keepDays === null ? ALL : String(keepDays)}
        options={[
          { value: ALL, label: t`모두 보관` },
          ...choices.toSorted((one, other) => one - other).map((days) => ({ value: String(days), label: t`최근 ${days}일` })),
        ]}
        onChange={(value) => void choose(value)}
      />
      <p className={style.note}>
        <Trans>보관 기간이 지난 날은 지우고, 다시 받지도 않습니다.</Trans>
      </p>
      {wish !== null && (
        <Confirm
          open
          title={t`오래된 캔들을 지울까요?`}
          action={t`지우기`}
          tone="bad"
          onConfirm={confirm}
          onClose={() => setWish(null)}
          testId="retention-confirm"
        >
          <p data-testid="retention-preview" data-days={wish.preview.dayCount}>
            <Trans>
              {wish.preview.firstKept} 이전의 {grouped(String(wish.preview.dayCount))}일, 캔들{" "}
              {grouped(String(wish.preview.rowCount))}개, {sizeLabel(wish.preview.bytes)}가 지워집니다.
            </Trans>
          </p>
          <p>
            <Trans>캔들은 거래소에서 다시 받을 수 있지만, 호가·체결 기록은 되살릴 수 없습니다.</Trans>
          </p>
        </Confirm>
      )}
    </Panel>
  );
}
