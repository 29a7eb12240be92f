import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { OrderRequest } from "../../../domain/order.ts";
import { RequestLine, SideWord } from "../orders/request-line.tsx";
import { Confirm } from "../parts/confirm.tsx";
import style from "./order-panel.module.css";

type Props = {
  /** Null while nothing is asked. */
  readonly request: OrderRequest | null;
  readonly onConfirm: (request: OrderRequest) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** The order once more, in words, before it leaves. */
export function OrderConfirm({ request, onConfirm, onClose, children }: Props) {
  const { t } = useLingui();
  const buying = request?.side !== "ask";
  return (
    <Confirm
      open={request !== null}
      title={buying ? t`매수할까요?` : t`매도할까요?`}
      action={buying ? t`매수` : t`매도`}
      tone={buying ? "up" : "down"}
      onConfirm={() => request !== null && onConfirm(request)}
      onClose={onClose}
      testId="order-confirm"
    >
      {request !== null && (
        <p className={style.request}>
          <SideWord side={request.side} /> <strong>{request.market}</strong>
          <br />
          <RequestLine request={request} />
        </p>
      )}
      {children}
    </Confirm>
  );
}
