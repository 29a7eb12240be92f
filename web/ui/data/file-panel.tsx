import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import {
  exportCandles,
  importCandles,
  type FileProgress,
  type ImportFault,
  type ImportReport,
} from "../../store/candle-store.ts";
import { database } from "../database.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { grouped } from "../format/amount.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { fileFaultWords } from "./file-fault-words.ts";
import { saveFile } from "./save-file.ts";
import style from "./data-screen.module.css";

type Props = { readonly market: MarketCode; readonly nowMs: EpochMs };
type Work =
  | { readonly doing: "export" | "import"; readonly progress: FileProgress; readonly stop: () => void }
  | { readonly doing: "nothing"; readonly saved?: number; readonly report?: ImportReport; readonly fault?: ImportFault };

const BEGUN: FileProgress = { rowCount: 0, share: 0 };

/** A market's minutes into a file and back. The whole file is checked before anything of it is stored. */
export function FilePanel({ market, nowMs }: Props) {
  const { t } = useLingui();
  const [work, setWork] = useState<Work>({ doing: "nothing" });
  const input = useRef<HTMLInputElement>(null);

  async function save() {
    const calledOff = new AbortController();
    const stop = () => calledOff.abort();
    let rows = 0;
    const tell = (progress: FileProgress) => {
      rows = progress.rowCount;
      setWork({ doing: "export", progress, stop });
    };
    tell(BEGUN);
    const name = `upbit-${market}-1m.csv.gz`;
    const saved = await saveFile(exportCandles(database, market, tell), name, calledOff.signal);
    setWork({ doing: "nothing", ...(saved && { saved: rows }) });
  }

  async function read(file: File) {
    const calledOff = new AbortController();
    const stop = () => calledOff.abort();
    const onProgress = (progress: FileProgress) => setWork({ doing: "import", progress, stop });
    onProgress(BEGUN);
    const options = { marketNowMs: nowMs, signal: calledOff.signal, onProgress };
    const done = await importCandles(database, { market, file }, options);
    setWork({ doing: "nothing", ...(done.ok ? { report: done.value } : { fault: done.fault }) });
  }

  return (
    <Panel title={t`파일`}>
      {work.doing === "nothing" ? (
        <>
          <div className={style.buttons}>
            <Button size="small" onClick={() => void save()} data-testid="export">
              <Trans>내보내기</Trans>
            </Button>
            <Button size="small" onClick={() => input.current?.click()} data-testid="import">
              <Trans>가져오기</Trans>
            </Button>
          </div>
          <input
            ref={input}
            type="file"
            hidden
            accept=".csv,.gz,text/csv,application/gzip"
            aria-label={t`가져올 파일`}
            data-testid="import-file"
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              target.value = "";
              if (file) void read(file);
            }}
          />
          <Outcome {...work} />
          <p className={style.note}>
            <Trans>
              1분 캔들의 CSV.gz입니다. 가져온 파일은 모두 확인한 뒤에 저장하고, 이미 있는 날은 바꾸지 않습니다.
            </Trans>
          </p>
        </>
      ) : (
        <div className={style.stack} role="status">
          <div className={style.line}>
            <span>{work.doing === "export" ? t`내보내는 중` : t`가져오는 중`}</span>
            <strong>
              <Trans>{grouped(String(work.progress.rowCount))}개</Trans>
            </strong>
          </div>
          <progress value={work.progress.share} max={1} className={style.bar} aria-label={t`파일 진행`} />
          <Button size="small" onClick={work.stop}>
            <Trans>멈추기</Trans>
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Outcome({ saved, report, fault }: Extract<Work, { doing: "nothing" }>) {
  const { i18n, t } = useLingui();
  if (fault?.kind === "storage") return <FaultNote fault={fault.fault} aboutMoney={false} />;
  if (fault) {
    const { line } = fault.fault;
    return (
      <p className={style.fault} role="alert" data-testid="import-fault" data-line={line}>
        <Trans>파일을 받지 않았습니다. 아무것도 저장하지 않았습니다. 문제가 있는 줄: {line}</Trans>
        <span className={style.problem}>{t(fileFaultWords(fault.fault))}</span>
      </p>
    );
  }
  if (report)
    return (
      <p className={style.note} role="status" data-testid="import-done" data-days={report.daysStored}>
        {report.stopped && <Trans>멈췄습니다. 그때까지의 날은 온전합니다.</Trans>}{" "}
        <Trans>
          새로 {grouped(String(report.daysStored))}일을 저장했고, 이미 있던 {grouped(String(report.daysKept))}일은
          그대로입니다.
        </Trans>
      </p>
    );
  if (saved === undefined) return null;
  const rows = saved.toLocaleString(i18n.locale);
  return (
    <p className={style.note} role="status" data-testid="export-done" data-rows={saved}>
      <Trans>캔들 {rows}개를 파일로 저장했습니다.</Trans>
    </p>
  );
}
