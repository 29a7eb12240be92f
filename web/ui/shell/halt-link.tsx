import { useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { useHalt } from "../relay/queries.ts";
import { useSession } from "../relay/use-session.ts";
import style from "./halt-link.module.css";

/** The way to the halt, on every screen of whoever is signed in; it says when trading is halted. */
export function HaltLink() {
  const { t } = useLingui();
  const session = useSession();
  const { data } = useHalt(session.state === "in");
  if (session.state !== "in") return null;
  const halted = data !== undefined && (data.ownSinceMs !== null || data.allSinceMs !== null);
  return (
    <Link
      href="/limits"
      className={halted ? `${style.link} ${style.halted}` : style.link}
      data-testid="halt-link"
      data-halted={halted}
    >
      {halted ? t`중지됨` : t`중지·한도`}
    </Link>
  );
}
