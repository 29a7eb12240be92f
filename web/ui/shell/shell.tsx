import { Trans } from "@lingui/react/macro";
import { useEffect, type ReactNode } from "react";
import { Link } from "wouter";
import { useSession } from "../relay/use-session.ts";
import { useSettings } from "../settings.ts";
import { activateLanguage } from "../words/activate.ts";
import { followDevice } from "./appearance.ts";
import { HaltLink } from "./halt-link.tsx";
import { LinkBadge } from "./link-badge.tsx";
import { MainNav } from "./main-nav.tsx";
import { UpdatePrompt } from "./update-prompt.tsx";
import { useWorkers } from "./use-workers.ts";
import style from "./shell.module.css";

/** Header, navigation and the room for one screen. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { theme, palette, language } = useSettings();
  useWorkers();
  useEffect(() => followDevice({ theme, palette }), [theme, palette]);
  useEffect(() => void activateLanguage(language), [language]);
  return (
    <div className={style.shell}>
      <a className={style.skip} href="#content">
        <Trans>본문으로 가기</Trans>
      </a>
      <header className={style.header}>
        <Link href="/" className={style.brand} aria-label="OBservator">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>OBservator</span>
        </Link>
        <MainNav />
        <div className={style.right}>
          <LinkBadge />
          <HaltLink />
          <WhoAmI />
        </div>
      </header>
      <UpdatePrompt />
      <main id="content" className={style.content}>
        {children}
      </main>
    </div>
  );
}

function WhoAmI() {
  const session = useSession();
  if (session.state === "in")
    return (
      <Link href="/account" className={`${style.who} ${style.name}`}>
        {session.user.displayName}
      </Link>
    );
  if (session.state === "out")
    return (
      <Link href="/log-in" className={style.who}>
        <Trans>로그인</Trans>
      </Link>
    );
  return null;
}
