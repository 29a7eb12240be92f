import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { SECOND_MS } from "../../../domain/units.ts";
import type { LinkState } from "../../workers/protocol.ts";
import { grouped } from "../format/amount.ts";
import { useLink } from "../live/live-state.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";

/** Whether the collector hears the exchange, and how well. */
export function CollectorPanel() {
  const { t } = useLingui();
  const link = useLink();
  const nowMs = useWallClock();
  const ways: Record<LinkState, string> = {
    connecting: t`연결 중`,
    live: t`거래소 소켓`,
    polling: t`중계 서버에 2초마다 묻기`,
    waiting: t`재연결 대기`,
    offline: t`끊김`,
  };
  const heardMs = link?.lastFrameMs ?? null;
  const seconds = heardMs === null ? null : Math.max(0, Math.round((nowMs - heardMs) / SECOND_MS));
  const drift = link?.driftMs ?? null;
  return (
    <Panel title={t`수집기`}>
      <Facts>
        <Fact name={t`소식이 오는 길`}>
          <span data-testid="collector-way" data-state={link?.state ?? "connecting"}>
            {ways[link?.state ?? "connecting"]}
          </span>
        </Fact>
        <Fact name={t`마지막 소식`}>{seconds === null ? "–" : t`${grouped(String(seconds))}초 전`}</Fact>
        <Fact name={t`거래소 시각과의 차이`}>{drift === null ? "–" : `${signed(drift / SECOND_MS)} ${t`초`}`}</Fact>
        <Fact name={t`다시 연결`}>{t`${grouped(String(link?.reconnects ?? 0))}번`}</Fact>
        <Fact name={t`읽지 못한 소식`}>{t`${grouped(String(link?.badFrames ?? 0))}개`}</Fact>
      </Facts>
    </Panel>
  );
}

const signed = (seconds: number): string => {
  const text = Math.abs(seconds).toFixed(1);
  return text === "0.0" ? "0.0" : `${seconds > 0 ? "+" : "−"}${text}`;
};

function useWallClock(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
