import type { ReactNode } from "react";
import style from "./badge.module.css";

export type BadgeTone = "quiet" | "good" | "warn" | "bad" | "accent";

export function Badge({ tone = "quiet", children }: { readonly tone?: BadgeTone; readonly children: ReactNode }) {
  return <span className={`${style.badge} ${style[tone]}`}>{children}</span>;
}
