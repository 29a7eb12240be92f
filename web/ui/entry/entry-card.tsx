import type { ReactNode } from "react";
import style from "./entry-card.module.css";

/** The card both ways in stand on. */
export function EntryCard({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={style.card}>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>{title}</h1>
      {children}
    </div>
  );
}
