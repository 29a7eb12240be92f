import { useLingui } from "@lingui/react/macro";
import type { Schedule } from "../../../domain/schedule.ts";
import { kstDateTime } from "../format/kst-label.ts";

/** When a reservation is carried out, in words. */
export function ScheduleLine({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useLingui();
  switch (schedule.every) {
    case "once":
      return t`${kstDateTime(schedule.atMs)} KST에 한 번`;
    case "day":
      return t`매일 ${schedule.at} KST`;
    case "week": {
      const weekdays = [t`일요일`, t`월요일`, t`화요일`, t`수요일`, t`목요일`, t`금요일`, t`토요일`];
      const weekday = weekdays[schedule.on];
      return t`매주 ${weekday} ${schedule.at} KST`;
    }
    default: {
      const day = schedule.on === "last" ? t`말일` : t`${schedule.on}일`;
      return t`매월 ${day} ${schedule.at} KST`;
    }
  }
}
