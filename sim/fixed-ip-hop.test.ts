import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochMs } from "../domain/units.ts";
import type { Outside } from "../relay/outside.ts";
import type { Relay } from "../relay/relay.ts";
import { callExchange, type ExchangeAnswer } from "../relay/upbit/client.ts";

/** The operator's own file (docs/fixed-ip.md) in a real nginx, before an exchange that a test can spoil. */
const NGINX = ["/usr/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"].find((path) => existsSync(path));
const TOKEN = "0123456789abcdef0123456789abcdef";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
const answerWith = (status: number, body: unknown, headers: Record<string, string> = {}): Handler => {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify(body));
  };
};

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The file as an operator fills it in, inside the least that nginx needs around it. */
function configuration(folder: string, port: number, exchange: string): string {
  const words: Record<string, string> = {
    __TOKEN__: TOKEN,
    __EXCHANGE_HOST__: exchange,
    __EXCHANGE_URL__: `http://${exchange}`,
    __LISTEN__: `127.0.0.1:${port}`,
    __TLS__: "",
    __RESOLVER__: "",
    __LOG__: join(folder, "hop.log"),
  };
  const hop = readFileSync(join(import.meta.dirname, "../relay/fixed-ip-hop/nginx.conf"), "utf8");
  const filled = hop.replaceAll(/__[A-Z_]+__/g, (word) => words[word]!);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  return `daemon off; pid ${join(folder, "pid")}; error_log ${join(folder, "error.log")}; events { worker_connections 2048; }
    http { ${temp.join(" ")} ${filled} }`;
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.skipIf(process.platform === "win32")("the fixed-address hop, in a real nginx", () => {
  const folder = mkdtempSync(join(tmpdir(), "hop-"));
  const seen: IncomingMessage[] = [];
  let handle: Handler = answerWith(200, []);
  let exchange: Server;
  let nginx: ChildProcess;
  let relay: Relay;
  let hop: string;

  beforeAll(async () => {
    if (!NGINX) throw new Error("This test needs nginx: install it (apt-get install nginx-light, brew install nginx).");
    exchange = createServer((request, response) => {
      seen.push(request);
      handle(request, response);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => exchange.once("listening", resolve));
    const exchangeHost = `127.0.0.1:${portOf(exchange)}`;
    const port = await freePort();
    writeFileSync(join(folder, "nginx.conf"), configuration(folder, port, exchangeHost));
    nginx = spawn(NGINX, ["-c", join(folder, "nginx.conf"), "-p", folder], { stdio: "inherit" });
    await untilOpen(port);
    hop = `http://127.0.0.1:${port}`;
    relay = relayBehind(hop, exchangeHost, TOKEN);
  }, 30_000);
  afterAll(async () => {
    nginx?.kill();
    exchange?.closeAllConnections();
    exchange?.close();
    if (nginx) await new Promise((resolve) => (nginx.exitCode === null ? nginx.once("exit", resolve) : resolve(null)));
    rmSync(folder, { recursive: true, force: true });
  });

  function relayBehind(url: string, exchangeHost: string, token: string): Relay {
    const outside: Pick<Outside, "fetch" | "wallNow" | "randomBytes" | "randomId" | "timeout"> = {
      fetch: (address, init) => fetch(address, init),
      wallNow: () => epochMs(Date.now()),
      timeout: (ms) => AbortSignal.timeout(ms),
      randomId: () => crypto.randomUUID(),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    };
    const settings = { exchangeUrl: `http://${exchangeHost}`, egress: { url, token, exchangeHost } };
    return { settings, outside } as unknown as Relay;
  }
  async function ask(what: string, how: Handler, through = relay): Promise<ExchangeAnswer> {
    handle = how;
    seen.length = 0;
    const [method, path] = what.split(" ") as ["GET" | "POST" | "DELETE", string];
    const parameters = [["market", "KRW-BTC"]] as const;
    return callExchange(through, { method, path, parameters });
  }
  const order = (how: Handler, through?: Relay) => ask("POST /v1/orders", how, through);

  it("passes a request on unchanged and without what only the hop may see [X16]", async () => {
    const answer = await ask("GET /v1/ticker", answerWith(200, [{ market: "KRW-BTC" }]));
    expect(answer).toEqual({ kind: "yes", body: [{ market: "KRW-BTC" }] });
    expect(seen[0]!.url).toBe("/v1/ticker?market=KRW-BTC");
    const names = Object.keys(seen[0]!.headers);
    expect(names.filter((name) => /egress|origin|cookie|forwarded|^cf-/.test(name))).toEqual([]);
    expect(seen[0]!.headers.host).toBe(relay.settings.egress!.exchangeHost);
    expect(readFileSync(join(folder, "hop.log"), "utf8")).not.toContain("KRW-BTC");
  });

  it("gives the exchange's refusals back as the exchange's own, also those that look like the hop's (1.4) [X16]", async () => {
    const error = (name: string) => ({ error: { name, message: "" } });
    const forged = { "X-Egress": "not-sent" };
    expect(await order(answerWith(400, error("insufficient_funds_bid")))).toMatchObject({ kind: "no", status: 400 });
    expect(await order(answerWith(429, error("too_many_requests"), forged))).toMatchObject({ kind: "no", status: 429 });
    expect(await order(answerWith(403, error("market_offline"), forged))).toMatchObject({ kind: "no", status: 403 });
    expect(await order(answerWith(500, error("internal_server_error"), forged))).toEqual({
      kind: "unknown",
      status: 500,
    });
  });

  it("leaves an order unknown when the connection broke after it stood [X16]", async () => {
    const answer = await order((request) => request.socket.destroy());
    expect(answer).toEqual({ kind: "unknown", status: 502 });
    expect(seen).toHaveLength(1);
  });

  it("says that nothing was sent: wrong token, another exchange, a path or method not on its list [X16]", async () => {
    const { exchangeHost } = relay.settings.egress!;
    const yes = answerWith(200, {});
    const answers = [
      await order(yes, relayBehind(hop, exchangeHost, "f".repeat(32))),
      await order(yes, relayBehind(hop, "api.upbit.com", TOKEN)),
      await ask("POST /v1/withdraws/coin", yes),
      await ask("GET /v1/deposits", yes),
      await ask("DELETE /v1/orders/open", yes),
      await ask("POST /v1/ticker", yes),
    ];
    expect(answers).toEqual(answers.map(() => ({ kind: "unsent", waitMs: 30_000 })));
    expect(seen).toEqual([]);
    expect((await ask("DELETE /v1/withdraws/coin", yes)).kind).toBe("yes");
  });

  it("says of every request of a flood whether it was sent [X16]", async () => {
    handle = answerWith(200, {});
    seen.length = 0;
    const one = () => callExchange(relay, { method: "GET", path: "/v1/ticker" });
    const answers = await Promise.all(Array.from({ length: 400 }, one));
    const count = (kind: string) => answers.filter((answer) => answer.kind === kind).length;
    expect(count("unsent")).toBeGreaterThan(0);
    expect([count("yes"), count("unknown")]).toEqual([seen.length, 0]);
  });

  it("says that nothing was sent when it cannot reach the exchange at all [X16]", async () => {
    exchange.closeAllConnections();
    await new Promise((resolve) => exchange.close(resolve));
    expect(await order(answerWith(201, {}))).toEqual({ kind: "unsent", waitMs: 1_000 });
  });
});
