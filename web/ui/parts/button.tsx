import type { ButtonHTMLAttributes } from "react";
import style from "./button.module.css";

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly tone?: "plain" | "accent" | "up" | "down" | "bad" | "quiet";
  readonly size?: "normal" | "small" | "large";
  /** Waiting for an answer: pressed again it would do the same twice. */
  readonly busy?: boolean;
};

export function Button({ tone = "plain", size = "normal", busy = false, className, disabled, ...rest }: Props) {
  const classes = [style.button, style[tone], style[size], className].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
    />
  );
}
