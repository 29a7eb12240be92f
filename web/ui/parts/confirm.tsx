import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import style from "./confirm.module.css";

type Props = {
  readonly open: boolean;
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly action: ReactNode;
  readonly tone: "up" | "down" | "bad" | "accent";
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly testId?: string;
};

/** Asks once more before something that cannot be taken back. */
export function Confirm({ open, title, children, action, tone, onConfirm, onClose, testId }: Props) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={style.backdrop} />
        <AlertDialog.Popup className={style.popup}>
          <AlertDialog.Title className={style.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className={style.description}>
            {children}
          </AlertDialog.Description>
          <div className={style.actions}>
            <Button onClick={onClose}>
              <Trans>닫기</Trans>
            </Button>
            <Button tone={tone} onClick={onConfirm} data-testid={testId}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
