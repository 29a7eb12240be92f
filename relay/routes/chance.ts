import { isMarketCode } from "../../domain/market-code.ts";
import { UpbitChanceSchema } from "../../domain/upbit.ts";
import type { ChanceAnswer } from "../../domain/wire.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { signerOfUser } from "../keys/key-row.ts";
import { ask } from "../upbit/ask.ts";
import { otherPace, takeTurn } from "../upbit/pace.ts";

/** upbit-api 4.2 */
export const chance: Route = {
  method: "GET",
  path: "/api/chance/:market",
  access: "owner",
  async handle({ relay, user, params }) {
    const market = params["market"] ?? "";
    if (!isMarketCode(market)) return refuse("bad-input", "Not a market code.", "market");
    const signer = await signerOfUser(relay, user.id);
    if (!signer.ok) return signer;
    const turn = await takeTurn(relay, otherPace(user.id));
    if (!turn.ok) return turn;
    const path = "/v1/orders/chance";
    const request = { method: "GET", path, parameters: [["market", market]], signer: signer.value } as const;
    const told = await ask(relay, request, UpbitChanceSchema);
    if (!told.ok) return told;
    const { bid_fee, ask_fee, bid_account, ask_account, market: rules } = told.value;
    return answer<ChanceAnswer>({
      market: rules.id,
      bidFeeRate: bid_fee,
      askFeeRate: ask_fee,
      minTotal: rules.bid.min_total,
      maxTotal: rules.max_total,
      bidBalance: bid_account.balance,
      askBalance: ask_account.balance,
    });
  },
};
