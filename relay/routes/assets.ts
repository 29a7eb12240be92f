import { array } from "valibot";
import { UpbitAccountSchema } from "../../domain/upbit.ts";
import type { AssetsAnswer } from "../../domain/wire.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { signerOfUser } from "../keys/key-row.ts";
import { ask } from "../upbit/ask.ts";
import { otherPace, takeTurn } from "../upbit/pace.ts";

/** upbit-api 4.1 */
export const assets: Route = {
  method: "GET",
  path: "/api/assets",
  access: "owner",
  async handle({ relay, user }) {
    const signer = await signerOfUser(relay, user.id);
    if (!signer.ok) return signer;
    const turn = await takeTurn(relay, otherPace(user.id));
    if (!turn.ok) return turn;
    const request = { method: "GET", path: "/v1/accounts", signer: signer.value } as const;
    const rows = await ask(relay, request, array(UpbitAccountSchema));
    if (!rows.ok) return rows;
    return answer<AssetsAnswer>({
      assets: rows.value.map((row) => ({
        currency: row.currency,
        balance: row.balance,
        locked: row.locked,
        avgBuyPrice: row.avg_buy_price,
        unitCurrency: row.unit_currency,
      })),
      askedAtMs: relay.outside.wallNow(),
    });
  },
};
