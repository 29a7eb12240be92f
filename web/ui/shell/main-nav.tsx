import { useLingui } from "@lingui/react/macro";
import { Link, useRoute } from "wouter";
import { useSession } from "../relay/use-session.ts";
import { NavIcon, type NavIconName } from "./nav-icon.tsx";
import style from "./main-nav.module.css";

/** Across the header on a wide screen, at the thumb on a phone. */
export function MainNav() {
  const { t } = useLingui();
  const session = useSession();
  const admin = session.state === "in" && session.user.role === "admin";
  return (
    <nav className={style.nav} aria-label={t`주요 화면`}>
      <NavLink href="/" icon="market" label={t`시세`} />
      <NavLink href="/assets" icon="assets" label={t`자산`} />
      <NavLink href="/orders" icon="orders" label={t`주문`} />
      <NavLink href="/auto" icon="auto" label={t`자동매매`} />
      {admin && <NavLink href="/train" icon="train" label={t`학습`} />}
      <NavLink href="/data" icon="data" label={t`데이터`} />
      <NavLink href="/account" icon="account" label={t`계정`} />
    </nav>
  );
}

function NavLink({ href, icon, label }: { href: string; icon: NavIconName; label: string }) {
  const [active] = useRoute(href);
  return (
    <Link href={href} className={style.link} aria-current={active ? "page" : undefined}>
      <NavIcon name={icon} />
      <span>{label}</span>
    </Link>
  );
}
