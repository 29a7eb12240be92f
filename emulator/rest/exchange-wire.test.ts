import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { playedExchange, type PlayedExchange, type Signing } from "../testing/played-exchange.ts";
import type { Switches } from "../switches.ts";
import type { WireRequest } from "./request.ts";

let exchange: PlayedExchange;
beforeEach(() => {
  exchange = playedExchange();
});
const play = (given: Partial<Switches>) => exchange.play(given);
const bearer = (hashed: string, signing?: Signing) => exchange.bearer(hashed, signing);
/** A second apart, so that no limit is met unless it is meant. */
function ask(method: string, url: string, given: Partial<WireRequest> & { token?: string } = {}) {
  exchange.wait(1_000);
  return exchange.ask(method, url, given);
}
const get = (path: string, token?: string) => ask("GET", path, token === undefined ? {} : { token });
const post = (body: string, token: string, type: string | string[] = "application/json") =>
  ask("POST", "/v1/orders/test", { body, token, headers: { "content-type": type } });
const change = (given: Partial<PlayedExchange["world"]["keys"][number]>) =>
  Object.assign(exchange.world.keys[0]!, given);
const ORDER = { market: "KRW-XRP", side: "bid", ord_type: "price", price: "10000" };
const hashedOrder = "market=KRW-XRP&side=bid&ord_type=price&price=10000";

describe("authentication", () => {
  it("takes HS512 and HS256 and no other algorithm (2.2)", () => {
    for (const alg of ["HS512", "HS256"]) expect(get("/v1/accounts", bearer("", { alg })).status).toBe(200);
    const other = bearer("", { alg: "HS384" });
    expect(get("/v1/accounts", other)).toMatchObject({ status: 401, name: "jwt_verification" });
    play({ otherAlgorithms: "accept" });
    expect(get("/v1/accounts", other).status).toBe(200);
  });

  it.each([
    ["no header", () => undefined, "no_authorization_token"],
    ["another scheme", () => "Basic abc", "no_authorization_token"],
    ["a torn token", () => "Bearer abc", "jwt_verification"],
    ["a token without a nonce", () => bearer("", { claims: { nonce: undefined } }), "jwt_verification"],
    ["an unknown key", () => bearer("", { claims: { access_key: "x" } }), "invalid_access_key"],
    ["another secret", () => bearer("", { secret: "x".repeat(40) }), "jwt_verification"],
    ["a hash where there are no parameters", () => bearer("a=1"), "invalid_query_payload"],
  ])("refuses %s (1.4, 2.2)", (_, token, name) => {
    expect(get("/v1/accounts", token())).toMatchObject({ status: 401, name });
  });

  it("checks token, key, signature, expiry, address, nonce, hash, scope in this order (2.3)", () => {
    const used = bearer("", { claims: { query_hash: "0" } });
    expect(get("/v1/accounts", used).name).toBe("invalid_query_payload");
    change({ permissions: [] });
    const names = [
      get("/v1/accounts", bearer("")).name,
      get("/v1/accounts", bearer("a=1")).name,
      get("/v1/accounts", used).name,
    ];
    change({ allowedIps: ["203.0.113.9"] });
    names.push(get("/v1/accounts", used).name);
    change({ expireAtMs: exchange.world.clock.now() });
    names.push(get("/v1/accounts", used).name);
    names.push(get("/v1/accounts", `${used.slice(0, -4)}AAAA`).name);
    expect(names).toEqual([
      "out_of_scope",
      "invalid_query_payload",
      "nonce_used",
      "no_authorization_ip",
      "expired_access_key",
      "jwt_verification",
    ]);
  });

  it("answers from an address on the key's list alone (2.1)", () => {
    change({ allowedIps: ["203.0.113.9"] });
    expect(ask("GET", "/v1/accounts", { token: bearer(""), address: "203.0.113.9" }).status).toBe(200);
    expect(get("/v1/accounts", bearer(""))).toMatchObject({ status: 401, name: "no_authorization_ip" });
  });

  it("knows a nonce again, for as long as the switch says (2.2, 9.6)", () => {
    const token = bearer("");
    expect(get("/v1/accounts", token).status).toBe(200);
    expect(get("/v1/accounts", token)).toMatchObject({ status: 401, name: "nonce_used" });
    play({ nonceMemoryMs: 1_000 });
    expect(get("/v1/accounts", token).status).toBe(200);
  });

  it("leaves a nonce alone when the hash did not hold, if so switched (9.6)", () => {
    const claims = { nonce: randomUUID() };
    play({ wrongHashUsesNonce: false });
    expect(get("/v1/accounts", bearer("a=1", { claims })).name).toBe("invalid_query_payload");
    expect(get("/v1/accounts", bearer("", { claims })).status).toBe(200);
  });

  it("refuses a key without the permission under the switched status (2.1, 9.7)", () => {
    const path = "/v1/withdraws/coin?uuid=x";
    expect(ask("DELETE", path, { token: bearer("uuid=x") })).toMatchObject({ status: 403, name: "out_of_scope" });
    play({ outOfScopeStatus: 401 });
    expect(ask("DELETE", path, { token: bearer("uuid=x") })).toMatchObject({ status: 401, name: "out_of_scope" });
  });

  it("hashes the decoded query in the order sent, brackets either way (2.3)", () => {
    const sent = "/v1/orders/open?market=KRW-XRP&states[]=wait&states[]=watch";
    const decoded = "market=KRW-XRP&states[]=wait&states[]=watch";
    expect(get(sent, bearer(decoded)).status).toBe(200);
    expect(get(sent.replaceAll("[", "%5B").replaceAll("]", "%5D"), bearer(decoded)).status).toBe(200);
    expect(get(sent, bearer("states[]=wait&states[]=watch&market=KRW-XRP")).name).toBe("invalid_query_payload");
    const time = "/v1/orders/closed?start_time=2026-11-20T00%3A00%3A00%2B09%3A00";
    expect(get(time, bearer("start_time=2026-11-20T00:00:00+09:00")).status).toBe(200);
    expect(get(time, bearer(time.split("?")[1]!)).name).toBe("invalid_query_payload");
    play({ hashInput: "either" });
    expect(get(time, bearer(time.split("?")[1]!)).status).toBe(200);
  });

  it("hashes a body's pairs in body order (2.3)", () => {
    expect(post(JSON.stringify(ORDER), bearer(hashedOrder)).status).toBe(201);
    const turned = "side=bid&market=KRW-XRP&ord_type=price&price=10000";
    expect(post(JSON.stringify(ORDER), bearer(turned)).name).toBe("invalid_query_payload");
    expect(post(JSON.stringify(ORDER), bearer(""))).toMatchObject({ status: 401, name: "invalid_query_payload" });
  });

  it.each([
    ["null", "&volume=null"],
    ["empty", "&volume="],
    ["left-out", ""],
  ] as const)("takes a null of a body as %s in the hash when so switched (9.6)", (nullInHash, text) => {
    play({ nullInHash });
    expect(post(JSON.stringify({ ...ORDER, volume: null }), bearer(`${hashedOrder}${text}`)).status).toBe(201);
  });
});

describe("requests", () => {
  it.each([
    ["an array", "[]", "application/json"],
    ["no JSON", "market=KRW-XRP", "application/json"],
    ["a form", JSON.stringify(ORDER), "application/x-www-form-urlencoded"],
    ["a type sent twice", JSON.stringify(ORDER), ["application/json", "application/json"]],
  ])("refuses %s as a body (1.2)", (_, body, type) => {
    expect(post(body, bearer(hashedOrder), type)).toMatchObject({ status: 400, name: "validation_error" });
  });

  it("takes the charset along with the type (1.2)", () => {
    expect(post(JSON.stringify(ORDER), bearer(hashedOrder), "application/json; charset=utf-8").status).toBe(201);
  });

  it("refuses a raw colon and a raw plus in a query (1.2, 9.6)", () => {
    for (const to of ["2026-11-20T00:00:00Z", "2026-11-20+00"])
      expect(get(`/v1/candles/minutes/1?market=KRW-XRP&to=${to}`)).toMatchObject({ status: 400, name: 400 });
    expect(get("/v1/orders/closed?start_time=2026-11-20T00:00:00Z", bearer("x"))).toMatchObject({
      status: 400,
      name: "invalid_parameter",
    });
    const spaced = "/v1/candles/minutes/1?market=KRW-XRP&to=2026-11-20+00%3A00%3A00";
    expect(get(spaced).status).toBe(400);
    play({ plusInQuery: "space" });
    expect(get(spaced).status).toBe(200);
  });

  it("ignores a body of GET, and refuses one where orders are cancelled (1.2)", () => {
    expect(ask("GET", "/v1/accounts", { body: "{}", token: bearer("") }).status).toBe(200);
    expect(ask("DELETE", "/v1/order?uuid=x", { body: "{}", token: bearer("uuid=x") })).toMatchObject({
      status: 400,
      name: "QUERY_PARAMETER_NOT_SUPPORTED",
    });
  });

  it("answers JSON in UTF-8 and tells a strange path with 404 (1.2, 1.3)", () => {
    expect(get("/v1/market/all").headers["Content-Type"]).toBe("application/json; charset=utf-8");
    expect(get("/v1/nothing").status).toBe(404);
    expect(get("/v1/candles/minutes/1/2").status).toBe(404);
    expect(ask("POST", "/v1/ticker").status).toBe(404);
  });
});

describe("limits", () => {
  /** Eleven within one second. */
  const burst = (headers: Record<string, string> = {}) =>
    Array.from({ length: 11 }, () => {
      exchange.wait(-1_000);
      return ask("GET", "/v1/ticker?markets=KRW-XRP", { headers });
    }).at(-1)!;

  it("refuse in JSON or in plain text, with or without Retry-After (1.4, 9.3)", () => {
    expect(burst()).toMatchObject({ status: 429, name: 429, body: { error: { message: "Too many API requests." } } });
    play({ limitBody: "text", retryAfter: true });
    const answer = burst();
    expect(answer).toMatchObject({ status: 429, text: "Too many API requests." });
    expect(answer.headers["Retry-After"]).toBe("1");
  });

  it("tell the end of a block in its message (1.3, 1.5)", () => {
    const block = () =>
      exchange.front.wire.limits.block("ticker", "127.0.0.1", {
        wallMs: exchange.world.clock.wallNow(),
        forMs: 30_000,
      });
    block();
    expect(get("/v1/ticker?markets=KRW-XRP")).toMatchObject({
      status: 418,
      body: { error: { name: 418, message: "Blocked for 29 seconds." } },
    });
  });

  it("count a pocket's requests, not an address's, where there is a key (1.5)", () => {
    const first = get("/v1/accounts", bearer(""));
    expect(first.headers["Remaining-Req"]).toBe("group=default; min=1800; sec=29");
    exchange.wait(-1_000);
    const second = ask("GET", "/v1/accounts", { token: bearer("") });
    expect(second.headers["Remaining-Req"]).toBe("group=default; min=1800; sec=28");
  });

  it("let a page read once in ten seconds, and not even the refusal after that (1.6)", () => {
    const page = { headers: { origin: "https://example.com" } };
    const first = ask("GET", "/v1/market/all", page);
    expect([first.status, first.headers["Access-Control-Allow-Origin"]]).toEqual([200, "*"]);
    expect(first.headers["Remaining-Req"]).toMatch(/^group=origin; min=6; sec=0$/);
    const second = ask("GET", "/v1/ticker?markets=KRW-XRP", page);
    expect([second.status, second.headers["Access-Control-Allow-Origin"]]).toEqual([429, undefined]);
    expect(get("/v1/market/all").status).toBe(200);
    play({ originRule: "off" });
    expect(ask("GET", "/v1/market/all", page)).toMatchObject({
      status: 200,
      headers: { "Remaining-Req": "group=market; min=600; sec=9" },
    });
    play({ originRule: "off", corsHeaders: false });
    expect(ask("GET", "/v1/market/all", page).headers["Access-Control-Allow-Origin"]).toBeUndefined();
  });

  it("leave exchange requests with Origin to their own group (1.6, 9.4)", () => {
    const origin = { origin: "https://example.com" };
    for (let at = 0; at < 3; at++)
      expect(ask("GET", "/v1/accounts", { token: bearer(""), headers: origin }).status).toBe(200);
  });
});
