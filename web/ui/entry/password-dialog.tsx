import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Fault } from "../../../domain/fault.ts";
import type { User } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { Button } from "../parts/button.tsx";
import confirm from "../parts/confirm.module.css";
import { TextField } from "../parts/text-field.tsx";
import { relay } from "../relay/relay.ts";
import { stretchPassword } from "./stretch-password.ts";

type Props = {
  readonly open: boolean;
  readonly user: User;
  /** What the password is asked for. */
  readonly children: ReactNode;
  /** The password was right: what needs it may be done within five minutes. */
  readonly onProven: () => void;
  readonly onClose: () => void;
};

/** Asks for the password once more, for what a stolen session alone must not do. */
export function PasswordDialog({ open, user, children, onProven, onClose }: Props) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy || password === "") return;
    setBusy(true);
    const salt = await relay.salt(user.name);
    const proven = salt.ok
      ? await relay.reAuthenticate({ verifier: await stretchPassword(password, salt.value.salt) })
      : salt;
    setBusy(false);
    setFault(proven.ok ? null : proven.fault);
    if (!proven.ok) return;
    setPassword("");
    onProven();
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={confirm.backdrop} />
        <AlertDialog.Popup className={confirm.popup}>
          <AlertDialog.Title className={confirm.title}>{t`비밀번호를 한 번 더 입력하세요`}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className={confirm.description}>
            {children}
          </AlertDialog.Description>
          <form onSubmit={(event) => void submit(event)} noValidate>
            <input type="hidden" name="username" autoComplete="username" value={user.name} readOnly />
            <TextField
              label={t`비밀번호 확인`}
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
            <div className={confirm.actions}>
              <Button onClick={onClose}>
                <Trans>닫기</Trans>
              </Button>
              <Button type="submit" tone="accent" busy={busy} data-testid="password-proof">
                {t`확인`}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
