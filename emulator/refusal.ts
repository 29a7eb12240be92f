import { fail } from "../domain/result.ts";

/** An error answer of the exchange. `name` is a text on exchange endpoints and the status itself on quotation ones.
 *  Source: upbit-api 1.4. */
export type Refusal = { readonly status: number; readonly name: string | number; readonly message: string };

export const refuse = (status: number, name: string | number, message: string) =>
  fail<Refusal>({ status, name, message });

export const refusalBody = ({ name, message }: Refusal) => ({ error: { name, message } });

/** Literal texts of the quotation endpoints. Source: upbit-api 1.4. */
export const invalidValue = () => refuse(400, 400, "Invalid parameter. Check the given value!");
export const typeMismatch = () => refuse(400, 400, "Type mismatch error. Check the parameters type!");
export const missingParameter = () =>
  refuse(400, 400, "Missing request parameter error. Check the required parameters!");
export const codeNotFound = () => refuse(404, 404, "Code not found");
