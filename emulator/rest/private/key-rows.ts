import { baseOf, quoteOf } from "../../../domain/market.ts";
import { ok } from "../../../domain/result.ts";
import { kstIso } from "../../../domain/time.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import { hashOf } from "../../market/random.ts";
import { refuse } from "../../refusal.ts";
import { invalidParameter, type PrivateHandler } from "./private-request.ts";

/** All keys of the account, expired ones too. Source: upbit-api 4.14. */
export const apiKeys: PrivateHandler = ({ world, key }) =>
  ok(
    world.accounts
      .keysOfOwner(key.pocketId)
      .map(({ accessKey, expireAtMs }) => ({ access_key: accessKey, expire_at: kstIso(expireAtMs) })),
  );

/** The names of its fields are not documented where we could read: the ones its sisters use. Source: upbit-api 4.16. */
export const pockets: PrivateHandler = ({ world, key }) =>
  ok(
    world.accounts.pocketsOfOwner(key.pocketId).map(({ id, name, kind, createdAtMs }) => ({
      uuid: id,
      name,
      type: kind,
      created_at: kstIso(createdAtMs),
    })),
  );

/** What every key of every pocket may do. Source: upbit-api 4.16. */
export const pocketKeys: PrivateHandler = ({ world, key, query, nowMs }) => {
  const mine = world.accounts.pocketsOfOwner(key.pocketId);
  const asked = query.all("uuids");
  const stranger = asked.find((uuid) => !mine.some(({ id }) => id === uuid));
  if (stranger !== undefined) return refuse(404, "pocket_not_found", "포켓을 찾을 수 없습니다.");
  const expired = query.first("include_expired") ?? "false";
  if (expired !== "true" && expired !== "false") return invalidParameter();
  const shown = mine.filter(({ id }) => asked.length === 0 || asked.includes(id));
  return ok(
    shown.map(({ id }) => ({
      uuid: id,
      keys: world.accounts.keys
        .filter(({ pocketId, expireAtMs }) => pocketId === id && (expired === "true" || expireAtMs > nowMs))
        .map(({ accessKey, permissions, allowedIps, createdAtMs, expireAtMs }) => ({
          access_key: accessKey,
          permissions,
          allowed_ips: allowedIps,
          created_at: kstIso(createdAtMs),
          expired_at: kstIso(expireAtMs),
        })),
    })),
  );
};

/** Blocks of the emulated chains come this often. */
const BLOCK_MS = 10 * MINUTE_MS;

/** Deposits and withdrawals are no part of this exchange: every wallet works. Source: upbit-api 4.15. */
export const walletStatus: PrivateHandler = ({ world, nowMs }) => {
  const coins = new Set([...world.exchange.feeds.keys()].flatMap((market) => [baseOf(market), quoteOf(market)]));
  coins.delete("KRW");
  return ok(
    [...coins].map((currency) => {
      const blockMs = nowMs - ((nowMs + (hashOf(currency) % BLOCK_MS)) % BLOCK_MS);
      return {
        currency,
        wallet_state: "working",
        block_state: "normal",
        block_height: Math.floor(blockMs / BLOCK_MS),
        block_updated_at: new Date(blockMs).toISOString(),
        block_elapsed_minutes: Math.floor((nowMs - blockMs) / MINUTE_MS),
        net_type: currency,
        network_name: currency,
      };
    }),
  );
};

/** There are no withdrawals here; a key that may withdraw finds nothing to cancel. Source: upbit-api 2.1, 9.23. */
export const cancelWithdrawal: PrivateHandler = ({ world, query }) => {
  if (query.first("uuid") === null) return invalidParameter();
  const name = world.switches.withdrawProbeName;
  return refuse(name.endsWith("not_found") ? 404 : 400, name, "출금 정보를 찾을 수 없습니다.");
};
