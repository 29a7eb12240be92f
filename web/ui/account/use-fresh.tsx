import { useLingui } from "@lingui/react/macro";
import { useState, type ReactNode } from "react";
import type { Fault } from "../../../domain/fault.ts";
import { fail, type Result } from "../../../domain/result.ts";
import { PasswordDialog } from "../entry/password-dialog.tsx";
import { useSession } from "../relay/use-session.ts";

type Done<Value> = Result<Value, Fault>;
type Waiting = { readonly go: () => void; readonly leave: (fault: Fault) => void };

const NOT_GIVEN: Fault = { type: "re-authentication-needed", kind: "stop", detail: "The password was not given." };

/** Runs what needs the password given just now: where the relay asks for it, a dialog does, and then it runs again.
 *  @returns `run` for the action, and the dialog to put on the screen, outside of any form */
export function useFresh(): {
  run: <Value>(act: () => Promise<Done<Value>>) => Promise<Done<Value>>;
  dialog: ReactNode;
} {
  const { t } = useLingui();
  const session = useSession();
  const [waiting, setWaiting] = useState<Waiting | null>(null);

  async function run<Value>(act: () => Promise<Done<Value>>): Promise<Done<Value>> {
    const first = await act();
    if (first.ok || first.fault.type !== "re-authentication-needed") return first;
    return new Promise((resolve) => {
      setWaiting({ go: () => void act().then(resolve), leave: (left) => resolve(fail(left)) });
    });
  }
  const dialog = session.state === "in" && (
    <PasswordDialog
      open={waiting !== null}
      user={session.user}
      onProven={() => {
        waiting?.go();
        setWaiting(null);
      }}
      onClose={() => {
        waiting?.leave(NOT_GIVEN);
        setWaiting(null);
      }}
    >
      {t`중요한 변경이라 다시 확인합니다. 5분 동안 유효합니다.`}
    </PasswordDialog>
  );
  return { run, dialog };
}
