import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import * as v from "valibot";
import { Link, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Fault } from "../../../domain/fault.ts";
import { fail } from "../../../domain/result.ts";
import { NameSchema } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/text-field.tsx";
import { relay } from "../relay/relay.ts";
import { becomeUser } from "../relay/use-session.ts";
import { ACCOUNT_DELETED } from "./account-deleted.ts";
import { EntryCard } from "./entry-card.tsx";
import { stretchPassword } from "./stretch-password.ts";

async function logIn(name: string, password: string) {
  // A name that cannot exist is answered like one that does not.
  if (!v.is(NameSchema, name) || password === "")
    return fail<Fault>({ type: "wrong-credentials", kind: "refuse", detail: "No such name can exist." });
  const salt = await relay.salt(name);
  if (!salt.ok) return salt;
  return relay.logIn({ name, verifier: await stretchPassword(password, salt.value.salt) });
}

export function LogInScreen() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const deleted = useHistoryState<unknown>() === ACCOUNT_DELETED;
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFault(null);
    const answer = await logIn(name, password);
    setBusy(false);
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    becomeUser(answer.value.user);
    go("/");
  }

  return (
    <EntryCard title={t`로그인`}>
      {deleted && (
        <p role="status" data-testid="account-deleted">
          <Trans>계정을 삭제했습니다. 키, 비밀번호, 이름이 지워졌습니다.</Trans>
        </p>
      )}
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={t`아이디`}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t`비밀번호`}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
        <Button type="submit" tone="accent" size="large" busy={busy}>
          {busy ? t`확인하는 중…` : t`로그인하기`}
        </Button>
      </form>
      <p>
        <Trans>
          처음이신가요? <Link href="/sign-up">가입</Link>
        </Trans>
      </p>
    </EntryCard>
  );
}
