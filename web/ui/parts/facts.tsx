import type { ReactNode } from "react";
import style from "./facts.module.css";

/** Names and values in two columns. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={style.facts}>{children}</dl>;
}

export function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={style.row}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
