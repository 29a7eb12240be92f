import { useLingui } from "@lingui/react/macro";
import type { Fault } from "../../../domain/fault.ts";
import { FAULT_WORDS, moneyWords } from "./fault-words.ts";
import { LimitLine } from "./limit-line.tsx";
import style from "./fault-note.module.css";

type Props = {
  readonly fault: Fault;
  /** False where no money is at stake, as in logging in. */
  readonly aboutMoney?: boolean;
};

/** What happened, whether money moved, what to do now. */
export function FaultNote({ fault, aboutMoney = true }: Props) {
  const { i18n } = useLingui();
  const words = FAULT_WORDS[fault.type];
  return (
    <div className={fault.kind === "unknown" ? style.unclear : style.note} role="alert" data-fault={fault.type}>
      <strong>{i18n._(words.what)}</strong>
      {aboutMoney && <span>{i18n._(moneyWords(fault))}</span>}
      {fault.limit !== undefined && <LimitLine limit={fault.limit} />}
      <span>{i18n._(words.todo)}</span>
      {fault.exchangeError !== undefined && <code className={style.code}>{fault.exchangeError}</code>}
    </div>
  );
}
