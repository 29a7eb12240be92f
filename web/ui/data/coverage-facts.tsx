import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { useMemo } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import { epochMs, MINUTE_MS } from "../../../domain/units.ts";
import { readBackfill, wishBackfill } from "../../store/backfill-store.ts";
import { readBookCoverage } from "../../store/book-minute-store.ts";
import { candleCoverage, damagedBlocks, storedBytes } from "../../store/candle-store.ts";
import { readRepair, requestRepair } from "../../store/repair-store.ts";
import type { BackfillRow, RepairRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { grouped } from "../format/amount.ts";
import { durationLabel } from "../format/kst-label.ts";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import { sizeLabel } from "./byte-size.ts";
import { dayCoverage, type DayCoverage, type KnownDays } from "./day-coverage.ts";
import { HOLE_WORDS } from "./state-words.ts";
import style from "./data-screen.module.css";

type Props = { readonly market: MarketCode; readonly known: KnownDays };

/** A market's minutes as a whole, and the wishes: fetch its history, hold it against the exchange again. */
export function CoverageFacts({ market, known }: Props) {
  const { t, i18n } = useLingui();
  const stored = useLiveQuery(() => candleCoverage(database, market), [market]);
  const bytes = useLiveQuery(() => storedBytes(database, market), [market]);
  const damaged = useLiveQuery(() => damagedBlocks(database, market), [market]) ?? [];
  const book = useLiveQuery(() => readBookCoverage(database, market), [market]);
  const sums = useMemo(() => sumsOf(known), [known]);
  const count = (value: number) => grouped(String(value));
  const bookMinutes = book?.reduce((sum, { minutes }) => sum + minutes, 0) ?? 0;
  const kinds = (["silent", "outage", "dropped", "unknown"] as const).filter((kind) => sums.missing[kind] > 0);
  return (
    <Panel title={t`${market} 1분 캔들`}>
      <Facts>
        <Fact name={t`보관`}>
          <span data-testid="data-candles" data-candles={stored?.rowCount ?? 0}>
            <Trans>{count(stored?.rowCount ?? 0)}개</Trans>
          </span>
        </Fact>
        <Fact name={t`디스크`}>
          <span data-testid="data-bytes" data-bytes={bytes ?? 0}>
            {sizeLabel(bytes ?? 0)}
          </span>
        </Fact>
        <Fact name={t`봉인된 날`}>
          <span data-testid="data-sealed" data-days={sums.sealedDays}>
            <Trans>{count(sums.sealedDays)}일</Trans>
          </span>
        </Fact>
        <Fact name={t`마지막 봉인`}>{sums.lastSealed ?? "–"}</Fact>
        {kinds.map((kind) => (
          <Fact key={kind} name={i18n._(HOLE_WORDS[kind].name)}>
            <Trans>{count(sums.missing[kind])}분</Trans>
          </Fact>
        ))}
        <Fact name={t`놓쳤다가 채움`}>
          <Trans>{count(sums.dropped)}개</Trans>
        </Fact>
        <Fact name={t`거래소 값으로 고침`}>
          <Trans>{count(sums.corrected)}개</Trans>
        </Fact>
        <Fact name={t`호가·체결 기록`}>
          <Trans>{count(bookMinutes)}분</Trans>
        </Fact>
      </Facts>
      <p className={style.note}>
        <Trans>호가·체결 기록은 나중에 받을 수 없어, 앱이 열려 있던 시간만 남습니다.</Trans>
      </p>
      {damaged.length > 0 && (
        <p className={style.fault} role="status" data-testid="damaged">
          <Trans>
            읽을 수 없는 블록 {count(damaged.length)}개를 따로 두었습니다. 그 안의 날은 거래소에서 다시 받습니다.
          </Trans>
        </p>
      )}
      <History market={market} />
      <Repair market={market} />
    </Panel>
  );
}

type Sums = Pick<DayCoverage, "missing"> & {
  readonly sealedDays: number;
  readonly lastSealed: string | null;
  readonly dropped: number;
  readonly corrected: number;
};

function sumsOf(known: KnownDays): Sums {
  const missing = { silent: 0, outage: 0, dropped: 0, unknown: 0, unseen: 0 };
  const sums = { sealedDays: 0, lastSealed: null as string | null, dropped: 0, corrected: 0 };
  for (const row of known.rows.values()) {
    const day = dayCoverage(known, row.kstDay, MINUTE_MS);
    for (const kind of Object.keys(missing) as (keyof typeof missing)[]) missing[kind] += day.missing[kind];
    sums.dropped += row.dropped;
    sums.corrected += row.corrected;
    if (row.seal === null) continue;
    sums.sealedDays += 1;
    if (sums.lastSealed === null || row.kstDay > sums.lastSealed) sums.lastSealed = row.kstDay;
  }
  return { ...sums, missing };
}

function History({ market }: { readonly market: MarketCode }) {
  const { t, i18n } = useLingui();
  const row = useLiveQuery(() => readBackfill(database, market), [market]);
  if (!row) return null;
  const words: Record<BackfillRow["state"], string> = {
    running: t`과거 캔들 받는 중`,
    done: t`과거 캔들 모두 받음`,
    waiting: t`잠시 뒤 이어서 받음`,
    stopped: t`과거 캔들 받기 멈춤`,
  };
  const stopped = row.stopRequested === true;
  const left = row.etaMs == null || row.state !== "running" ? null : durationLabel(row.etaMs);
  return (
    <div className={style.task} data-testid="history" data-state={row.state} data-days-done={row.daysDone}>
      <div className={style.line}>
        <span>{words[row.state]}</span>
        <strong>
          <Trans>
            {row.daysDone}/{row.daysWanted}일
          </Trans>
        </strong>
      </div>
      <progress value={row.daysDone} max={Math.max(1, row.daysWanted)} aria-label={t`과거 캔들 진행`} />
      {left !== null && (
        <p className={style.note}>
          <Trans>
            분당 {(row.daysPerMinute ?? 0).toFixed(0)}일, {left} 남음
          </Trans>
        </p>
      )}
      {row.via === "exchange" && (
        <p className={style.note}>
          <Trans>중계 서버가 답하지 않아 거래소에 직접, 10초에 한 번 묻고 있습니다.</Trans>
        </p>
      )}
      {row.fault && <p className={style.fault}>{i18n._(FAULT_WORDS[row.fault].what)}</p>}
      {row.state !== "done" && (
        <Button size="small" onClick={() => void wishBackfill(database, market, !stopped)} data-testid="history-switch">
          {stopped ? t`이어서 받기` : t`멈추기`}
        </Button>
      )}
    </div>
  );
}

function Repair({ market }: { readonly market: MarketCode }) {
  const { t, i18n } = useLingui();
  const row = useLiveQuery(() => readRepair(database, market), [market]);
  const busy = row?.state === "requested" || row?.state === "running";
  const words: Record<RepairRow["state"], string> = {
    requested: t`곧 시작합니다`,
    running: t`확인하는 중`,
    done: t`확인을 마침`,
    stopped: t`확인이 멈춤`,
  };
  return (
    <div className={style.task} data-testid="repair" data-state={row?.state ?? "none"}>
      {row && (
        <>
          <div className={style.line} role="status">
            <span>{words[row.state]}</span>
            <strong>
              <Trans>
                {row.daysDone}/{row.daysWanted}일
              </Trans>
            </strong>
          </div>
          {row.state === "done" && (
            <p className={style.note}>
              <Trans>
                빠진 캔들 {grouped(String(row.filled))}개를 채우고 {grouped(String(row.corrected))}개를 고쳤습니다.
              </Trans>
            </p>
          )}
          {row.fault && <p className={style.fault}>{i18n._(FAULT_WORDS[row.fault].what)}</p>}
        </>
      )}
      <Button
        size="small"
        busy={busy}
        onClick={() => void requestRepair(database, market, epochMs(Date.now()))}
        data-testid="repair-start"
      >
        <Trans>거래소와 대조해 고치기</Trans>
      </Button>
    </div>
  );
}
