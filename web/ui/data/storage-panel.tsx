import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { askToKeep, storageRoom, type StorageRoom } from "../../store/storage-room.ts";
import { useLink } from "../live/live-state.ts";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import { sizeLabel } from "./byte-size.ts";
import style from "./data-screen.module.css";

/** How often the browser is asked; its estimate is coarse and late anyway. */
const LOOK_MS = 10_000;

/** What the browser gives us of the disk, and whether it may take it back. */
export function StoragePanel() {
  const { t } = useLingui();
  const link = useLink();
  const [disk, setDisk] = useState<StorageRoom | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const tell = () => void storageRoom().then(setDisk);
    tell();
    const timer = setInterval(tell, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  async function persist() {
    setRefused(!(await askToKeep()));
    setDisk(await storageRoom());
  }
  if (disk === null) return null;
  return (
    <Panel title={t`저장 공간`}>
      <Facts>
        <Fact name={t`이 앱이 쓰는 공간`}>
          <span data-testid="disk-usage">{sizeLabel(disk.usedBytes)}</span>
        </Fact>
        <Fact name={t`브라우저가 허락한 공간`}>{sizeLabel(disk.quotaBytes)}</Fact>
        <Fact name={t`지우지 않기`}>{disk.kept ? t`약속받음` : t`약속 없음`}</Fact>
      </Facts>
      <progress
        value={disk.usedBytes}
        max={Math.max(1, disk.quotaBytes)}
        aria-label={t`저장 공간`}
        className={style.bar}
      />
      {(disk.tight || link?.storageFull) && (
        <p className={style.note} role="status" data-testid="storage-tight" data-full={link?.storageFull ?? false}>
          {link?.storageFull ? (
            <Trans>저장 공간이 가득 차서 새 캔들을 저장하지 못하고 있습니다. 기기의 저장 공간을 비워 주세요.</Trans>
          ) : (
            <Trans>저장 공간이 거의 찼습니다. 가득 차면 새 캔들을 저장하지 못합니다.</Trans>
          )}
        </p>
      )}
      {!disk.kept && (
        <>
          <p className={style.note}>
            <Trans>약속이 없으면 디스크가 찰 때 브라우저가 이 앱의 데이터를 지울 수 있습니다.</Trans>
          </p>
          <Button size="small" onClick={() => void persist()} data-testid="persist">
            <Trans>지우지 않도록 요청하기</Trans>
          </Button>
          {refused && (
            <p className={style.note} role="status">
              <Trans>브라우저가 아직 허락하지 않았습니다. 앱을 설치하거나 자주 쓰면 허락합니다.</Trans>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}
