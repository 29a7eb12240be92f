import type { Config } from "../../domain/wire.ts";
import { marketClock } from "../clock.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

export const config: Route = {
  method: "GET",
  path: "/api/config",
  access: "anyone",
  async handle({ relay }) {
    const clock = await marketClock(relay);
    if (!clock.ok) return clock;
    const { exchangeUrl, exchangeWsUrl, loopbackExchange } = relay.settings;
    return answer<Config>({ exchangeUrl, exchangeWsUrl, loopbackExchange, marketClock: clock.value });
  },
};
