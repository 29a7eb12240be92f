import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Choice } from "../parts/choice.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { changeSetting, useSettings } from "../settings.ts";
import style from "./account-screen.module.css";

/** Days of one-minute candles to keep: a week to look at, a month to learn from, a year for the patient. */
const HISTORY_DAYS = [7, 14, 30, 60, 90, 180, 365] as const;

/** Kept in this browser only. */
export function SettingsPanel() {
  const { t } = useLingui();
  const settings = useSettings();
  return (
    <Panel title={t`화면 설정`}>
      <div className={style.settings}>
        <Setting name={t`언어`}>
          <Choice
            label={t`언어`}
            value={settings.language}
            options={[
              { value: "ko", label: "한국어" },
              { value: "en", label: "English" },
            ]}
            onChange={(language) => void changeSetting("language", language)}
          />
        </Setting>
        <Setting name={t`테마`}>
          <Choice
            label={t`테마`}
            value={settings.theme}
            options={[
              { value: "system", label: t`기기 설정` },
              { value: "light", label: t`밝게` },
              { value: "dark", label: t`어둡게` },
            ]}
            onChange={(theme) => void changeSetting("theme", theme)}
          />
        </Setting>
        <SelectField
          label={t`상승·하락 색`}
          value={settings.palette}
          options={[
            { value: "korean", label: t`한국식 — 빨강 상승, 파랑 하락` },
            { value: "global", label: t`해외식 — 초록 상승, 빨강 하락` },
            { value: "colour-blind", label: t`색각 보정 — 주황 상승, 파랑 하락` },
          ]}
          onChange={(palette) => void changeSetting("palette", palette)}
        />
        <SelectField
          label={t`보관할 캔들`}
          value={String(settings.historyDays)}
          options={daysOf(settings.historyDays).map((days) => ({ value: String(days), label: t`최근 ${days}일` }))}
          onChange={(days) => void changeSetting("historyDays", Number(days))}
        />
      </div>
    </Panel>
  );
}

/** The kept choice stays in the list even where it is none of ours. */
const daysOf = (chosen: number): number[] => [...new Set([...HISTORY_DAYS, chosen])].toSorted((a, b) => a - b);

function Setting({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={style.setting}>
      <span aria-hidden>{name}</span>
      {children}
    </div>
  );
}
