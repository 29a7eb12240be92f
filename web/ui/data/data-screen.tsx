import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { MINUTE_MS } from "../../../domain/units.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { useSettings } from "../settings.ts";
import screen from "../parts/screen.module.css";
import { CollectorPanel } from "./collector-panel.tsx";
import { CoverageCalendar } from "./coverage-calendar.tsx";
import { CoverageFacts } from "./coverage-facts.tsx";
import { CollectedMarkets } from "./collected-markets.tsx";
import { FilePanel } from "./file-panel.tsx";
import { RetentionPanel } from "./retention-panel.tsx";
import { StoragePanel } from "./storage-panel.tsx";
import { useKnownDays } from "./use-known-days.ts";
import style from "./data-screen.module.css";

/** What this browser holds of each market, what is missing and why, and what can be done about it. */
export function DataScreen() {
  const { market: shown } = useSettings();
  const [chosen, setChosen] = useState<MarketCode | null>(null);
  const [intervalMs, setIntervalMs] = useState<number>(MINUTE_MS);
  const market = chosen ?? shown;
  const known = useKnownDays(market);
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>데이터</Trans>
      </h1>
      <CollectedMarkets market={market} onChoose={setChosen} />
      <div className={style.split}>
        <div className={screen.column}>
          {known !== null && (
            <CoverageCalendar key={market} known={known} intervalMs={intervalMs} onInterval={setIntervalMs} />
          )}
        </div>
        <div className={screen.column}>
          {known !== null && <CoverageFacts market={market} known={known} />}
          <CollectorPanel />
          {known !== null && <RetentionPanel key={`keep ${market}`} market={market} nowMs={known.nowMs} />}
          {known !== null && <FilePanel key={`file ${market}`} market={market} nowMs={known.nowMs} />}
          <StoragePanel />
        </div>
      </div>
    </div>
  );
}
