import { useLingui } from "@lingui/react/macro";
import type { Schedule } from "../../../domain/schedule.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../../../domain/units.ts";
import { fromKstInput, kstInputValue, kstTime } from "../format/kst-label.ts";
import { Button } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { TextField } from "../parts/text-field.tsx";
import screen from "../parts/screen.module.css";

/** When, as it stands in the form. */
export type Timing = {
  readonly every: Schedule["every"];
  /** Value of a date-and-time input, KST; null while it follows the clock. */
  readonly once: string | null;
  readonly at: string;
  readonly weekday: string;
  readonly monthday: string;
};
export const FIRST_TIMING: Timing = { every: "once", once: null, at: "09:00", weekday: "1", monthday: "1" };

export const timingOf = (schedule: Schedule): Timing => ({
  ...FIRST_TIMING,
  every: schedule.every,
  ...(schedule.every === "once" ? { once: kstInputValue(schedule.atMs) } : { at: schedule.at }),
  ...(schedule.every === "week" ? { weekday: String(schedule.on) } : {}),
  ...(schedule.every === "month" ? { monthday: String(schedule.on) } : {}),
});

/** @returns null while the time is incomplete */
export function scheduleOf({ every, at, weekday, monthday }: Timing, once: string): Schedule | null {
  if (every === "once") {
    const atMs = fromKstInput(once);
    return atMs === null ? null : { every, atMs };
  }
  if (!/^\d\d:\d\d$/.test(at)) return null;
  if (every === "day") return { every, at };
  if (every === "week") return { every, on: Number(weekday), at };
  return { every, on: monthday === "last" ? "last" : Number(monthday), at };
}

const QUICK_MINUTES = [1, 2, 10, 60] as const;
/** What is suggested is a whole minute; any second can be entered. */
export const wholeMinuteAfter = (now: EpochMs, minutes: number): EpochMs =>
  epochMs(Math.round(now / MINUTE_MS + minutes) * MINUTE_MS);

type Props = {
  readonly timing: Timing;
  readonly once: string;
  readonly now: EpochMs | null;
  readonly onChange: (timing: Timing) => void;
};

/** Once or again and again; all times are Korea's. */
export function ScheduleFields({ timing, once, now, onChange }: Props) {
  const { t } = useLingui();
  const change = (part: Partial<Timing>) => onChange({ ...timing, ...part });
  const wrong = now !== null && scheduleOf(timing, once) === null;
  const weekdays = [t`일요일`, t`월요일`, t`화요일`, t`수요일`, t`목요일`, t`금요일`, t`토요일`];
  return (
    <>
      <Choice
        label={t`반복`}
        value={timing.every}
        options={[
          { value: "once", label: t`한 번` },
          { value: "day", label: t`매일` },
          { value: "week", label: t`매주` },
          { value: "month", label: t`매월` },
        ]}
        onChange={(every) => change({ every })}
      />
      {timing.every === "week" && (
        <SelectField
          label={t`요일`}
          value={timing.weekday}
          options={weekdays.map((label, place) => ({ value: String(place), label }))}
          onChange={(weekday) => change({ weekday })}
        />
      )}
      {timing.every === "month" && (
        <SelectField
          label={t`날짜`}
          value={timing.monthday}
          options={[
            ...Array.from({ length: 28 }, (_, place) => ({ value: String(place + 1), label: t`${place + 1}일` })),
            { value: "last", label: t`말일` },
          ]}
          onChange={(monthday) => change({ monthday })}
        />
      )}
      {timing.every === "once" ? (
        <>
          <TextField
            label={t`실행 시각 (KST)`}
            type="datetime-local"
            step={1}
            value={once}
            onChange={(event) => change({ once: event.target.value })}
            hint={now === null ? undefined : t`지금 시장 시각 ${kstTime(now)}`}
            error={wrong && t`날짜와 시각을 모두 입력하세요.`}
          />
          <div className={screen.inline} role="group" aria-label={t`빠른 시각`}>
            {QUICK_MINUTES.map((minutes) => (
              <Button
                key={minutes}
                size="small"
                disabled={now === null}
                data-testid={`reservation-plus-${minutes}`}
                onClick={() => now !== null && change({ once: kstInputValue(wholeMinuteAfter(now, minutes)) })}
              >
                {minutes === 60 ? t`+1시간` : t`+${minutes}분`}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <TextField
          label={t`시각 (KST)`}
          type="time"
          value={timing.at}
          onChange={(event) => change({ at: event.target.value })}
          error={wrong && t`시각을 입력하세요.`}
        />
      )}
    </>
  );
}
