import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import * as v from "valibot";
import { Link, useLocation } from "wouter";
import type { Fault } from "../../../domain/fault.ts";
import { NameSchema } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/text-field.tsx";
import { useDeployment } from "../relay/queries.ts";
import { relay } from "../relay/relay.ts";
import { becomeUser } from "../relay/use-session.ts";
import { EntryCard } from "./entry-card.tsx";
import { freshSalt, SHORTEST_PASSWORD, stretchPassword } from "./stretch-password.ts";

type Entry = Readonly<Record<"name" | "displayName" | "password" | "code" | "invitation", string>>;
const BLANK: Entry = { name: "", displayName: "", password: "", code: "", invitation: "" };

async function signUp(entry: Entry) {
  const salt = freshSalt();
  const verifier = await stretchPassword(entry.password, salt);
  const [setUpCode, invitationCode] = [entry.code.trim(), entry.invitation.trim()];
  const { name, displayName } = entry;
  const codes = { ...(setUpCode !== "" && { setUpCode }), ...(invitationCode !== "" && { invitationCode }) };
  return relay.signUp({ name, displayName, salt, verifier, ...codes });
}

export function SignUpScreen() {
  const { t, i18n } = useLingui();
  const [, go] = useLocation();
  const [entry, setEntry] = useState(BLANK);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [takenName, setTakenName] = useState<string | null>(null);
  const { data: deployment } = useDeployment();
  const change = (part: Partial<Entry>) => {
    setEntry({ ...entry, ...part });
    setFault(null);
  };
  const nameWrong = !v.is(NameSchema, entry.name);
  const displayNameWrong = entry.displayName.trim() === "" || entry.displayName.trim().length > 40;
  const passwordWrong = entry.password.length < SHORTEST_PASSWORD;
  const taken = fault?.type === "name-taken" || (entry.name !== "" && entry.name === takenName);
  const invitationWrong = fault?.type === "invitation-refused";
  const codeWrong = fault?.type === "set-up-code-wrong";

  // Told early, decided at sign-up: what cannot be asked now is no obstacle.
  async function checkName() {
    const { name } = entry;
    if (!v.is(NameSchema, name)) return;
    const answer = await relay.checkName(name);
    if (answer.ok) setTakenName(answer.value.taken ? name : null);
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (nameWrong || displayNameWrong || passwordWrong || busy) return;
    setBusy(true);
    const answer = await signUp(entry);
    setBusy(false);
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    becomeUser(answer.value.user);
    go("/account");
  }

  return (
    <EntryCard title={t`가입`}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={t`아이디`}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={entry.name}
          onChange={(event) => change({ name: event.target.value })}
          onBlur={() => void checkName()}
          hint={t`글자와 숫자로 시작하는 2~32자. 대소문자는 구별하지 않습니다.`}
          error={
            (taken && `${i18n._(FAULT_WORDS["name-taken"].what)} ${i18n._(FAULT_WORDS["name-taken"].todo)}`) ||
            (tried && nameWrong && t`글자, 숫자, 점, 밑줄, 붙임표로 2~32자를 입력하세요.`)
          }
        />
        <TextField
          label={t`표시 이름`}
          name="displayName"
          autoComplete="name"
          value={entry.displayName}
          onChange={(event) => change({ displayName: event.target.value })}
          error={tried && displayNameWrong && t`화면에 보일 이름을 40자 안에서 입력하세요.`}
        />
        <TextField
          label={t`비밀번호`}
          name="password"
          type="password"
          autoComplete="new-password"
          value={entry.password}
          onChange={(event) => change({ password: event.target.value })}
          hint={t`${SHORTEST_PASSWORD}자 이상. 비밀번호는 이 기기를 떠나지 않습니다.`}
          error={tried && passwordWrong && t`${SHORTEST_PASSWORD}자 이상 입력하세요.`}
        />
        {deployment?.signUp === "invitation" && (
          <TextField
            label={t`초대 코드`}
            name="invitationCode"
            autoComplete="off"
            spellCheck={false}
            value={entry.invitation}
            onChange={(event) => change({ invitation: event.target.value })}
            hint={t`관리자에게 받은 코드입니다.`}
            error={invitationWrong && i18n._(FAULT_WORDS["invitation-refused"].what)}
          />
        )}
        {deployment?.signUp === "closed" && (
          <p>
            <Trans>지금은 새 회원을 받지 않습니다. 설정 코드가 있는 첫 관리자만 가입할 수 있습니다.</Trans>
          </p>
        )}
        <TextField
          label={t`설정 코드 (선택)`}
          name="setUpCode"
          autoComplete="off"
          spellCheck={false}
          value={entry.code}
          onChange={(event) => change({ code: event.target.value })}
          hint={t`서버를 시작할 때 표시된 코드. 첫 관리자만 필요합니다.`}
          error={codeWrong && i18n._(FAULT_WORDS["set-up-code-wrong"].what)}
        />
        {fault !== null && !taken && !codeWrong && !invitationWrong && <FaultNote fault={fault} aboutMoney={false} />}
        <Button type="submit" tone="accent" size="large" busy={busy}>
          {busy ? t`가입하는 중…` : t`가입하기`}
        </Button>
      </form>
      <p>
        <Trans>
          이미 계정이 있나요? <Link href="/log-in">로그인</Link>
        </Trans>
      </p>
    </EntryCard>
  );
}
