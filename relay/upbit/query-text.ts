/** Parameters of one request in the order they are sent; a repeated `x[]` name is an array. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** As it stands in the address: values encoded, brackets of names literal. Source: upbit-api 1.2. */
export const sentQuery = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

/** The same, decoded: what the token's hash is taken over, for a query and for a body. Source: upbit-api 2.3. */
export const hashedQuery = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `${name}=${value}`).join("&");
