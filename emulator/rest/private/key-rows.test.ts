import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { UpbitApiKeySchema } from "../../../domain/upbit.ts";
import { playedPockets, type PlayedPockets } from "../../testing/played-pockets.ts";

const ACCOUNTS = {
  accounts: [
    {
      name: "minsu",
      pockets: [
        {
          name: "main",
          kind: "main",
          keys: [{ permissions: ["manage_pockets", "withdraw"], expireAt: "2027-05-27T15:17:51+09:00" }],
        },
        {
          name: "bot",
          kind: "sub",
          keys: [{}, { allowedIps: ["10.0.0.1", "10.0.0.2"], expireAt: "2026-01-01T00:00:00Z" }],
        },
      ],
    },
    { name: "jiyoung", pockets: [{ name: "main", kind: "main", keys: [{}] }] },
  ],
};
let played: PlayedPockets;
beforeAll(() => {
  played = playedPockets(3, ["KRW-XRP"], ACCOUNTS);
}, 60_000);
type Row = { uuid: string; keys: Record<string, unknown>[] };

describe("keys and pockets", () => {
  it("lists all keys of the account with their end, expired ones too, and none of another's (4.14)", () => {
    const rows = v.parse(v.array(UpbitApiKeySchema), played.call(1, "GET api_keys").body);
    expect(rows.map(({ access_key }) => access_key)).toEqual(played.world.keys.slice(0, 3).map((key) => key.accessKey));
    expect(rows[0]!.expire_at).toBe("2027-05-27T15:17:51+09:00");
    expect(played.call(2, "GET api_keys").body).toHaveLength(1);
  });

  it("tells what every key of every pocket may do, expired ones where they are asked for (4.16)", () => {
    const [main, bot] = played.call(0, "GET pockets/api_keys").body as Row[];
    expect(main).toMatchObject({ uuid: played.pocketIdOf(0), keys: [{ permissions: ["manage_pockets", "withdraw"] }] });
    expect(bot!.keys).toHaveLength(1);
    expect(Object.keys(bot!.keys[0]!)).toEqual("access_key permissions allowed_ips created_at expired_at".split(" "));
    const uuids = [played.pocketIdOf(1)];
    const [all] = played.call(0, "GET pockets/api_keys", { uuids, include_expired: "true" }).body as Row[];
    expect(all!.keys[1]).toMatchObject({
      allowed_ips: ["10.0.0.1", "10.0.0.2"],
      expired_at: "2026-01-01T09:00:00+09:00",
    });
    const stranger = { uuids: [played.pocketIdOf(2)] };
    expect(played.call(0, "GET pockets/api_keys", stranger).error).toEqual([404, "pocket_not_found"]);
    expect(played.call(0, "GET pockets/api_keys", { include_expired: "1" }).error).toEqual([400, "invalid_parameter"]);
  });

  it("lists the pockets of the account (4.16)", () => {
    expect(played.call(0, "GET pockets").body).toMatchObject([
      { name: "main", type: "main" },
      { name: "bot", type: "sub" },
    ]);
  });

  it("tells a wallet that works for every coin that is played (4.15)", () => {
    const [xrp, ...more] = played.call(0, "GET status/wallet").body as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(Object.keys(xrp!)).toEqual(
      "currency wallet_state block_state block_height block_updated_at block_elapsed_minutes net_type network_name".split(
        " ",
      ),
    );
    expect(xrp).toMatchObject({ currency: "XRP", wallet_state: "working", block_state: "normal" });
  });

  it("has no withdrawal to cancel, under the name of the switch (2.1, 9.23)", () => {
    expect(played.call(0, "DELETE withdraws/coin", { uuid: "any" }).error).toEqual([404, "withdraw_not_found"]);
    played.play({ withdrawProbeName: "invalid_withdraw" });
    expect(played.call(0, "DELETE withdraws/coin", { uuid: "any" }).error).toEqual([400, "invalid_withdraw"]);
    played.play({});
  });
});
