import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import style from "./choice.module.css";

type Props<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
};

/** A few choices side by side, exactly one of them pressed. */
export function Choice<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  return (
    <ToggleGroup
      className={style.group}
      aria-label={label}
      value={[value]}
      onValueChange={(pressed) => {
        const next = pressed[0];
        // Pressing the pressed one again must not leave none.
        if (next !== undefined) onChange(next as Value);
      }}
    >
      {options.map((option) => (
        <Toggle key={option.value} value={option.value} className={style.option}>
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
