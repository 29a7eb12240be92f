import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import type { Fault } from "../../../domain/fault.ts";
import type { StoredKey } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge, type BadgeTone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import { TextField } from "../parts/text-field.tsx";
import { KEY_KEY, refreshMoney, useConfig, useDeployment, useStoredKey } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { useFresh } from "./use-fresh.tsx";
import style from "./account-screen.module.css";

/** The exchange key: entering it, and what is known of the stored one. The secret never comes back. */
export function KeyPanel() {
  const { t } = useLingui();
  const { data: key, error } = useStoredKey(true);
  const [replacing, setReplacing] = useState(false);
  const fault = faultIn(error);
  return (
    <Panel title={t`업비트 API 키`}>
      {fault !== null && <FaultNote fault={fault} />}
      {key && <KeyFacts stored={key} onReplace={() => setReplacing(!replacing)} />}
      {(key === null || replacing) && <KeyForm onStored={() => setReplacing(false)} />}
    </Panel>
  );
}

const KEY_SHAPE = /^[A-Za-z0-9]{20,80}$/;

function KeyForm({ onStored }: { readonly onStored: () => void }) {
  const { t } = useLingui();
  const { run, dialog } = useFresh();
  const [sentence, setSentence] = useState("");
  const [accessKey, setAccessKey] = useState("");
  const [secretKey, setSecretKey] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const unclear = fault?.type === "key-withdraw-unclear";
  const promise = t`출금 권한이 없음을 확인했습니다`;
  const [accessWrong, secretWrong] = [accessKey, secretKey].map((text) => !KEY_SHAPE.test(text.trim()));

  /** What was said of one key, by the exchange or by its owner, is not said of another. */
  function entered(set: (text: string) => void, text: string) {
    set(text);
    setFault(null);
    setSentence("");
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (accessWrong || secretWrong || busy) return;
    setBusy(true);
    const confirmed = unclear && sentence.trim() === promise ? { cannotWithdraw: true } : {};
    const answer = await run(() => relay.putKey({ accessKey, secretKey, ...confirmed }));
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (!answer.ok) return;
    setSecretKey("");
    queryClient.setQueryData(KEY_KEY, answer.value.key);
    onStored();
    refreshMoney();
  }

  const { data: config } = useConfig();
  const shape = t`20자 이상의 영문자와 숫자입니다. 다시 복사해 붙여 넣으세요.`;
  return (
    <>
      <form className={style.form} onSubmit={(event) => void submit(event)} noValidate>
        {config?.loopbackExchange === true ? (
          <p className={style.guide}>
            <Trans>모의 거래소입니다. 터미널에 표시된 데모 키를 넣으세요. 진짜 업비트 키는 넣지 마세요.</Trans>
          </p>
        ) : (
          <ol className={style.guide}>
            <li>
              <Trans>업비트 › 마이페이지 › Open API 관리에서 키를 발급받습니다.</Trans>
            </li>
            <li>
              <Trans>권한은 자산조회, 주문조회, 주문하기만 고릅니다. 출금 권한이 있는 키는 받지 않습니다.</Trans>
            </li>
            <li>
              <EgressAddresses />
            </li>
          </ol>
        )}
        <TextField
          label="Access key"
          autoComplete="off"
          spellCheck={false}
          value={accessKey}
          onChange={(event) => entered(setAccessKey, event.target.value)}
          error={tried && accessWrong && shape}
        />
        <TextField
          label="Secret key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={secretKey}
          onChange={(event) => entered(setSecretKey, event.target.value)}
          hint={t`암호화해 보관하며, 다시 보여 주지 않습니다.`}
          error={tried && secretWrong && shape}
        />
        {fault !== null && <FaultNote fault={fault} />}
        {fault?.type === "ip-not-allowed" && (
          <p className={style.guide}>
            <EgressAddresses />
          </p>
        )}
        {unclear && (
          <TextField
            label={t`확인 문장`}
            value={sentence}
            onChange={(event) => setSentence(event.target.value)}
            hint={t`그대로 입력하세요: ${promise}`}
          />
        )}
        <Button
          type="submit"
          tone="accent"
          busy={busy}
          disabled={unclear && sentence.trim() !== promise}
          data-testid="key-submit"
        >
          {busy ? t`업비트에 확인하는 중…` : t`키 등록`}
        </Button>
      </form>
      {dialog}
    </>
  );
}

/** Which addresses to register for the key. A deployment that does not know its own says so instead of guessing. */
function EgressAddresses() {
  const { data } = useDeployment();
  const addresses = data?.egressAddresses ?? [];
  const list = addresses.join(", ");
  return addresses.length > 0 ? (
    <Trans>
      업비트의 허용 IP에 이 서버의 주소를 넣습니다: <strong>{list}</strong>
    </Trans>
  ) : (
    <Trans>업비트의 허용 IP에 이 서버의 주소를 넣습니다. 주소는 관리자에게 물어보세요.</Trans>
  );
}

type Permission = StoredKey["permissions"]["withdraw"];

function KeyFacts({ stored, onReplace }: { readonly stored: StoredKey; readonly onReplace: () => void }) {
  const { t } = useLingui();
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { viewAccount, viewOrders, makeOrders, withdraw } = stored.permissions;
  async function remove() {
    setAsking(false);
    const answer = await relay.deleteKey();
    setFault(answer.ok ? null : answer.fault);
    if (answer.ok) queryClient.setQueryData(KEY_KEY, null);
  }
  return (
    <>
      <Facts>
        <Fact name="Access key">
          <span className={style.masked} data-testid="key-masked">
            {stored.accessKeyMasked}
          </span>
        </Fact>
        <Fact name={t`권한`}>
          <span className={style.permissions}>
            <PermissionBadge name={t`자산조회`} granted={viewAccount} wanted />
            <PermissionBadge name={t`주문조회`} granted={viewOrders} wanted />
            <PermissionBadge name={t`주문하기`} granted={makeOrders} wanted />
            <PermissionBadge name={t`출금`} granted={withdraw} wanted={false} />
          </span>
        </Fact>
        <Fact name={t`만료 (KST)`}>
          {stored.expiresAtMs === null ? t`알 수 없음` : kstDateTime(stored.expiresAtMs).slice(0, 16)}
        </Fact>
        <Fact name={t`등록 (KST)`}>{kstDateTime(stored.storedAtMs).slice(0, 16)}</Fact>
      </Facts>
      {fault !== null && <FaultNote fault={fault} />}
      <div className={`${style.actions} ${style.gap}`}>
        <Button size="small" onClick={onReplace} data-testid="key-replace">
          <Trans>키 바꾸기</Trans>
        </Button>
        <Button tone="bad" size="small" onClick={() => setAsking(true)} data-testid="key-delete">
          <Trans>키 삭제</Trans>
        </Button>
      </div>
      <Confirm
        open={asking}
        title={t`업비트 키를 삭제할까요?`}
        action={t`삭제`}
        tone="bad"
        onConfirm={() => void remove()}
        onClose={() => setAsking(false)}
        testId="key-delete-confirm"
      >
        <Trans>예약 주문과 자동매매가 더는 주문을 보내지 못합니다. 열려 있는 주문은 업비트에 그대로 남습니다.</Trans>
      </Confirm>
    </>
  );
}

function PermissionBadge(props: { readonly name: string; readonly granted: Permission; readonly wanted: boolean }) {
  const { t } = useLingui();
  const { name, granted, wanted } = props;
  const words: Record<Permission, string> = { yes: t`있음`, no: t`없음`, unclear: t`불명` };
  const good = wanted ? granted === "yes" : granted === "no";
  const tone: BadgeTone = granted === "unclear" ? "warn" : good ? "good" : "bad";
  return (
    <Badge tone={tone}>
      {name} {words[granted]}
    </Badge>
  );
}
