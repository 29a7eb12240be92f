import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { User } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { useSession } from "../relay/use-session.ts";
import { EmptyNote } from "./empty-note.tsx";

/** Shows its content to the person logged in, and everyone else the way in. */
export function Gate({ children }: { readonly children: (user: User) => ReactNode }) {
  const session = useSession();
  if (session.state === "in") return children(session.user);
  if (session.state === "unclear") return <FaultNote fault={session.fault} aboutMoney={false} />;
  if (session.state === "asking")
    return (
      <EmptyNote>
        <Trans>확인하는 중…</Trans>
      </EmptyNote>
    );
  return (
    <EmptyNote>
      <Trans>
        <Link href="/log-in">로그인</Link>하거나 <Link href="/sign-up">가입</Link>하면 볼 수 있습니다.
      </Trans>
    </EmptyNote>
  );
}
