import { useState, type ReactNode } from "react";
import { grouped, typedDecimal } from "../format/amount.ts";
import { TextField } from "./text-field.tsx";

type Props = {
  readonly label: ReactNode;
  /** Plain decimal text. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onLeave?: () => void;
  readonly unit?: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
};

/** Decimal text: with thousands separators while read, without them while typed, so that the caret stays put. */
export function AmountField({ value, onChange, onLeave, ...rest }: Props) {
  const [typing, setTyping] = useState(false);
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      value={typing ? value : grouped(value)}
      onFocus={() => setTyping(true)}
      onBlur={() => {
        setTyping(false);
        onLeave?.();
      }}
      onChange={(event) => onChange(typedDecimal(event.target.value))}
    />
  );
}
