import { Trans } from "@lingui/react/macro";
import { Component, type ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import style from "./error-screen.module.css";

type State = { readonly error: Error | null };

/** Where a bug in a screen ends: it says so and starts anew, which is the one way back. */
export class ErrorScreen extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className={style.screen} role="alert">
        <h1>
          <Trans>화면에 문제가 생겼습니다.</Trans>
        </h1>
        <p>
          <Trans>보낸 주문과 자동매매는 이 화면과 상관없이 기록되어 있습니다. 다시 열어 주문 내역을 확인하세요.</Trans>
        </p>
        <code className={style.code}>{error.message}</code>
        <Button tone="accent" onClick={() => location.reload()}>
          <Trans>다시 열기</Trans>
        </Button>
      </main>
    );
  }
}
