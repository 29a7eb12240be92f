import { useLingui } from "@lingui/react/macro";
import { DAY_MS } from "../../../domain/units.ts";
import { grouped } from "../format/amount.ts";
import { dayCoverage, weekColumn, type KnownDays } from "./day-coverage.ts";
import { STATE_MARKS, STATE_WORDS } from "./state-words.ts";
import style from "./coverage-calendar.module.css";

const A_SUNDAY_MS = Date.UTC(2024, 0, 7);

type Props = {
  /** `YYYY-MM` */
  readonly month: string;
  readonly days: readonly string[];
  readonly known: KnownDays;
  readonly intervalMs: number;
  readonly chosen: string;
  readonly onDay: (kstDay: string) => void;
};

/** One month, weeks from Sunday; a day is a button that shows what is known of it. */
export function CoverageMonth({ month, days, known, intervalMs, chosen, onDay }: Props) {
  const { i18n } = useLingui();
  const language = i18n.locale === "ko" ? "ko-KR" : "en-US";
  const label = (instant: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(instant);
  const name = label(Date.parse(`${month}-01T00:00:00Z`), { year: "numeric", month: "long" });
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((at) => label(A_SUNDAY_MS + at * DAY_MS, { weekday: "short" }));
  return (
    <section className={style.month} aria-label={name}>
      <h3>{name}</h3>
      <div className={style.grid}>
        {weekdays.map((weekday) => (
          <span key={weekday} className={style.weekday} aria-hidden>
            {weekday}
          </span>
        ))}
        {days.map((kstDay, at) => {
          const { state, have, want } = dayCoverage(known, kstDay, intervalMs);
          const words = i18n._(STATE_WORDS[state]);
          const candles = have === null ? "" : `, ${grouped(String(have))}/${grouped(String(want))}`;
          return (
            <button
              key={kstDay}
              type="button"
              className={style.day}
              style={at === 0 ? { gridColumnStart: weekColumn(kstDay) + 1 } : undefined}
              data-state={state}
              data-day={kstDay}
              aria-pressed={kstDay === chosen}
              aria-label={`${kstDay}, ${words}${candles}`}
              onClick={() => onDay(kstDay)}
            >
              <span>{Number(kstDay.slice(8))}</span>
              <span className={style.mark} aria-hidden>
                {STATE_MARKS[state]}
              </span>
            </button>
          );
        })}
      </div>
    </section>
  );
}
