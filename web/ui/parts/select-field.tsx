import { useId, type ReactNode } from "react";
import style from "./field.module.css";

type Props<Value extends string> = {
  readonly label: ReactNode;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly hint?: ReactNode;
};

/** The device's own list: the best picker on a phone. */
export function SelectField<Value extends string>({ label, value, options, onChange, hint }: Props<Value>) {
  const id = useId();
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      <div className={style.box}>
        <select
          id={id}
          className={style.control}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
      {hint !== undefined && <p className={style.hint}>{hint}</p>}
    </div>
  );
}
