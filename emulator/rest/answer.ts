/** One HTTP answer; `body` becomes JSON. */
export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Record<string, string> };
