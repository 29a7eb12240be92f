import { useId, type ReactNode } from "react";
import style from "./panel.module.css";

type Props = {
  readonly title: ReactNode;
  /** Stands at the title's right: a count, a switch, a link. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** The content reaches the edges, as tables and charts do. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
};

/** A titled card. */
export function Panel({ title, aside, children, flush = false, className }: Props) {
  const id = useId();
  return (
    <section className={[style.panel, className].filter(Boolean).join(" ")} aria-labelledby={id}>
      <header className={style.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={flush ? style.flush : style.body}>{children}</div>
    </section>
  );
}
