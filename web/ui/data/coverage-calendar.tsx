import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { kstDayOf } from "../../../domain/time.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { CoverageMonth } from "./coverage-month.tsx";
import { DAY_STATES, INTERVALS_MS, monthsOf, type KnownDays } from "./day-coverage.ts";
import { DayDetail } from "./day-detail.tsx";
import { STATE_MARKS, STATE_WORDS } from "./state-words.ts";
import style from "./coverage-calendar.module.css";

/** Months shown at first, and more with each press. */
const MONTHS_AT_ONCE = 6;

type Props = {
  readonly known: KnownDays;
  readonly intervalMs: number;
  readonly onInterval: (intervalMs: number) => void;
};

/** Every KST day of which anything is known, by month. */
export function CoverageCalendar({ known, intervalMs, onInterval }: Props) {
  const { t } = useLingui();
  const [shownMonths, setShownMonths] = useState(MONTHS_AT_ONCE);
  const [day, setDay] = useState(() => kstDayOf(known.nowMs));
  const months = useMemo(() => monthsOf(known), [known]);
  return (
    <Panel title={t`보관 달력`} aside={<IntervalPicker intervalMs={intervalMs} onInterval={onInterval} />}>
      <Legend />
      <div className={style.months} data-testid="coverage-calendar">
        {months.slice(0, shownMonths).map((month) => (
          <CoverageMonth key={month.month} {...month} known={known} intervalMs={intervalMs} chosen={day} onDay={setDay} />
        ))}
      </div>
      {months.length > shownMonths && (
        <Button size="small" onClick={() => setShownMonths(shownMonths + MONTHS_AT_ONCE)}>
          <Trans>이전 달 더 보기</Trans>
        </Button>
      )}
      <DayDetail known={known} kstDay={day} intervalMs={intervalMs} />
    </Panel>
  );
}

function IntervalPicker({ intervalMs, onInterval }: Pick<Props, "intervalMs" | "onInterval">) {
  const { t } = useLingui();
  const words = (minutes: number) => {
    if (minutes >= 1440) return t`1일`;
    const hours = minutes / 60;
    return minutes >= 60 ? t`${hours}시간` : t`${minutes}분`;
  };
  return (
    <select
      className={style.interval}
      aria-label={t`캔들 간격`}
      data-testid="coverage-interval"
      value={intervalMs}
      onChange={({ target }) => onInterval(Number(target.value))}
    >
      {INTERVALS_MS.map((ms) => (
        <option key={ms} value={ms}>
          {words(ms / MINUTE_MS)}
        </option>
      ))}
    </select>
  );
}

function Legend() {
  const { i18n } = useLingui();
  return (
    <ul className={style.legend}>
      {DAY_STATES.map((state) => (
        <li key={state}>
          <span className={style.swatch} data-state={state} aria-hidden>
            {STATE_MARKS[state]}
          </span>
          {i18n._(STATE_WORDS[state])}
        </li>
      ))}
    </ul>
  );
}
