import type { ReactNode } from "react";
import style from "./facts.module.css";

/** Names and values in two columns. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: ReactNode, value: ReactNode])[] }) {
  return (
    <dl className={style.facts}>
      {rows.map(([name, value], row) => (
        <div key={row} className={style.row}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
