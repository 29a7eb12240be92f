import { Field } from "@base-ui/react/field";
import type { InputHTMLAttributes, ReactNode } from "react";
import style from "./field.module.css";

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, "className"> & {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** Stands behind the text inside the box, such as a currency. */
  readonly unit?: ReactNode;
};

/** One labelled line of text; a hint below, or what is wrong with it. */
export function TextField({ label, hint, error, unit, ...input }: Props) {
  const wrong = error !== undefined && error !== null && error !== false;
  return (
    <Field.Root className={style.field} invalid={wrong}>
      <Field.Label className={style.label}>{label}</Field.Label>
      <div className={style.box}>
        <Field.Control {...input} className={style.control} />
        {unit !== undefined && <span className={style.unit}>{unit}</span>}
      </div>
      {wrong ? (
        <Field.Error className={style.error} match>
          {error}
        </Field.Error>
      ) : (
        hint !== undefined && <Field.Description className={style.hint}>{hint}</Field.Description>
      )}
    </Field.Root>
  );
}
