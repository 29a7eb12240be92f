import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Workbox } from "workbox-window";
import { trustedScriptUrl } from "../../workers/link.ts";
import { Button } from "../parts/button.tsx";
import style from "./update-prompt.module.css";

/** A long-open tab looks for a new version this often. */
const LOOK_EVERY_MS = 3_600_000;

/** Registers the service worker and offers a new version instead of reloading under a hand. */
export function UpdatePrompt() {
  const [waiting, setWaiting] = useState<Workbox | null>(null);
  useEffect(() => {
    if (!("serviceWorker" in navigator) || import.meta.env.DEV) return undefined;
    const workbox = new Workbox(trustedScriptUrl("/service-worker.js"), { scope: "/" });
    workbox.addEventListener("waiting", () => setWaiting(workbox));
    void workbox.register();
    const look = setInterval(() => void workbox.update(), LOOK_EVERY_MS);
    return () => clearInterval(look);
  }, []);
  if (waiting === null) return null;
  const change = () => {
    waiting.addEventListener("controlling", () => location.reload());
    waiting.messageSkipWaiting();
  };
  return (
    <div className={style.prompt} role="status">
      <Trans>새 버전이 준비되었습니다.</Trans>
      <Button tone="accent" size="small" onClick={change}>
        <Trans>새 버전</Trans>
      </Button>
    </div>
  );
}
