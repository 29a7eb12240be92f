import type { ReactNode } from "react";
import style from "./empty-note.module.css";

/** Stands where there is nothing to show yet, and says why. */
export function EmptyNote({ children }: { readonly children: ReactNode }) {
  return <p className={style.empty}>{children}</p>;
}
