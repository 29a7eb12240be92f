import { useState, type ReactNode } from "react";
import { grouped, typedDecimal } from "../format/amount.ts";
import { TextField } from "./text-field.tsx";

type Props = {
  readonly label: ReactNode;
  /** Plain decimal text. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
  readonly onLeave?: () => void;
  readonly unit?: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
};

/** Decimal text with thousands separators. They are set while typing at the end, where the caret stays put by itself;
 *  inside the text a hand's own spelling stands until the field is left. */
export function AmountField({ value, onChange, onEnter, onLeave, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  // What came from elsewhere, such as a share button, wins over what was typed.
  const shown = typed !== null && typedDecimal(typed) === value ? typed : grouped(value);
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      value={shown}
      onFocus={onEnter}
      onBlur={() => {
        setTyped(null);
        onLeave?.();
      }}
      onChange={({ target }) => {
        const next = typedDecimal(target.value);
        setTyped(target.selectionStart === target.value.length ? grouped(next) : target.value);
        onChange(next);
      }}
    />
  );
}
