import { useLingui } from "@lingui/react/macro";
import type { LinkState } from "../../workers/protocol.ts";
import { useLinkState } from "../live/live-state.ts";
import { useConfig } from "../relay/queries.ts";
import { Badge, type BadgeTone } from "../parts/badge.tsx";
import style from "./link-badge.module.css";

const TONES: Record<LinkState, BadgeTone> = {
  connecting: "warn",
  live: "good",
  polling: "good",
  waiting: "warn",
  offline: "bad",
};

/** Whether what the screens show is live, and whether the money is real. */
export function LinkBadge() {
  const { t } = useLingui();
  const heard = useLinkState();
  const { data: config, failureCount } = useConfig();
  // Without the configuration no worker runs that could say so.
  const state = config === undefined && failureCount > 0 ? "offline" : heard;
  const words: Record<LinkState, string> = {
    connecting: t`연결 중`,
    live: t`실시간`,
    polling: t`2초마다 갱신`,
    waiting: t`재연결 대기`,
    offline: t`끊김`,
  };
  return (
    <span className={style.badges}>
      {config?.loopbackExchange === true && <Badge tone="accent">{t`모의 거래소`}</Badge>}
      <span role="status" data-testid="link-state" data-state={state}>
        <Badge tone={TONES[state]}>{words[state]}</Badge>
      </span>
    </span>
  );
}
