import { Trans, useLingui } from "@lingui/react/macro";
import type { Hole } from "../../../domain/candle-holes.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import type { DaySeal } from "../../store/tables.ts";
import { grouped } from "../format/amount.ts";
import { kstDateTime, kstShort } from "../format/kst-label.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { dayCoverage, type KnownDays } from "./day-coverage.ts";
import { HOLE_WORDS, STATE_WORDS } from "./state-words.ts";
import style from "./coverage-calendar.module.css";

/** Holes listed at most; a day may have hundreds of single silent minutes. */
const MOST_LISTED = 12;

type Props = { readonly known: KnownDays; readonly kstDay: string; readonly intervalMs: number };

/** What is known of one day: how much is there, what is missing and why, and its seal. */
export function DayDetail({ known, kstDay, intervalMs }: Props) {
  const { t, i18n } = useLingui();
  const { state, have, want, missing } = dayCoverage(known, kstDay, intervalMs);
  const row = known.rows.get(kstDay);
  const reasons = (Object.keys(HOLE_WORDS) as (keyof typeof HOLE_WORDS)[]).filter((kind) => missing[kind] > 0);
  const [haveText, wantText] = [have === null ? "?" : grouped(String(have)), grouped(String(want))];
  return (
    <section className={style.detail} aria-label={t`고른 날`} data-testid="day-detail" data-day={kstDay} data-have={have}>
      <h3>
        {kstDay} · {i18n._(STATE_WORDS[state])}
      </h3>
      <Facts>
        <Fact name={t`캔들`}>
          <Trans>
            {haveText} / {wantText}개
          </Trans>
        </Fact>
        {reasons.map((kind) => (
          <Fact key={kind} name={i18n._(HOLE_WORDS[kind].name)}>
            <Trans>{grouped(String(missing[kind]))}개</Trans>
            <small className={style.why}>{i18n._(HOLE_WORDS[kind].why)}</small>
          </Fact>
        ))}
        {row !== undefined && row.dropped > 0 && (
          <Fact name={t`놓쳤다가 채움`}>
            <Trans>{grouped(String(row.dropped))}개</Trans>
          </Fact>
        )}
        {row !== undefined && row.corrected > 0 && (
          <Fact name={t`거래소 값으로 고침`}>
            <Trans>{grouped(String(row.corrected))}개</Trans>
          </Fact>
        )}
        {row?.seal && <Seal seal={row.seal} />}
      </Facts>
      {row !== undefined && <Holes holes={row.holes} />}
    </section>
  );
}

function Seal({ seal }: { readonly seal: DaySeal }) {
  const { t } = useLingui();
  const from = seal.source === "relay" ? t`중계 서버` : t`거래소`;
  return (
    <>
      <Fact name={t`봉인`}>
        {kstDateTime(seal.sealedAtMs)} · {from}
      </Fact>
      <Fact name={t`내용 지문`}>
        <code title={seal.contentHash}>{seal.contentHash.slice(0, 12)}…</code>
      </Fact>
    </>
  );
}

/** The longest first: they are what a person looks for. */
function Holes({ holes }: { readonly holes: readonly Hole[] }) {
  const { i18n } = useLingui();
  const longest = holes.toSorted((one, other) => other.toMs - other.fromMs - (one.toMs - one.fromMs));
  const listed = longest.slice(0, MOST_LISTED).toSorted((one, other) => one.fromMs - other.fromMs);
  const more = holes.length - listed.length;
  if (listed.length === 0) return null;
  return (
    <ul className={style.holes}>
      {listed.map((hole) => (
        <li key={hole.fromMs} data-kind={hole.kind}>
          <span>
            {kstShort(hole.fromMs).slice(6)}–{kstShort(hole.toMs).slice(6)}
          </span>
          <span>
            <Trans>{grouped(String((hole.toMs - hole.fromMs) / MINUTE_MS))}분</Trans>
          </span>
          <span>{i18n._(HOLE_WORDS[hole.kind].name)}</span>
        </li>
      ))}
      {more > 0 && (
        <li>
          <Trans>그 밖에 짧은 곳 {grouped(String(more))}군데</Trans>
        </li>
      )}
    </ul>
  );
}
