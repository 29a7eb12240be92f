import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { marketList } from "../market/market-list.ts";

export const markets: Route = {
  method: "GET",
  path: "/api/markets",
  access: "anyone",
  async handle({ relay }) {
    const list = await marketList(relay);
    return list.ok ? answer({ markets: list.value }) : list;
  },
};
