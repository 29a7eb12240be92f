import { Big, decimal, decimalText, quantityFor } from "../../domain/decimal.ts";
import { spendable } from "../../domain/fees.ts";
import { quoteOf, VOLUME_DECIMALS } from "../../domain/market.ts";
import type { OrderRequest } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { UpbitChanceSchema } from "../../domain/upbit.ts";
import type { ReservedRequest } from "../../domain/wire-reservations.ts";
import type { RelayFault } from "../faults.ts";
import { signerOfUser } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { ask } from "../upbit/ask.ts";
import { otherPace, takeTurn } from "../upbit/pace.ts";

type Share = Extract<ReservedRequest, { shareBps: number }>;

/** Works a share out from what is free at this moment: of the money, the largest amount that it pays for with the fee on
 *  top; of the coins, cut to eight decimals. Source: upbit-api 4.2, 7 "Fees". Rule X52. */
export async function requestOfShare(
  relay: Relay,
  userId: string,
  request: Share,
): Promise<Result<OrderRequest, RelayFault>> {
  const signer = await signerOfUser(relay, userId);
  if (!signer.ok) return signer;
  const turn = await takeTurn(relay, otherPace(userId));
  if (!turn.ok) return turn;
  const parameters = [["market", request.market]] as const;
  const question = { method: "GET", path: "/v1/orders/chance", parameters, signer: signer.value } as const;
  const told = await ask(relay, question, UpbitChanceSchema);
  if (!told.ok) return told;
  const { bid_fee, bid_account, ask_account } = told.value;
  const account = request.side === "bid" ? bid_account : ask_account;
  const part = decimal(account.balance).times(request.shareBps).div(10_000);
  return ok(amountOf(request, request.side === "bid" ? spent(request, part, decimal(bid_fee)) : part));
}

const spent = ({ market }: Share, part: Big, fee: Big): Big => spendable(part, fee, quoteOf(market) === "KRW" ? 0 : 8);

function amountOf(request: Share, amount: Big): OrderRequest {
  const { kind, market, side } = request;
  if (kind === "market-bid") return { kind, market, side: "bid", total: decimalText(amount) };
  const volume = (all: Big) => decimalText(all.round(VOLUME_DECIMALS, Big.roundDown));
  if (kind === "market-ask") return { kind, market, side: "ask", volume: volume(amount) };
  const price = decimal(request.price);
  return {
    kind,
    market,
    side,
    price: request.price,
    volume: side === "bid" ? decimalText(quantityFor(amount, price)) : volume(amount),
  };
}
