import { assert } from "../../domain/assert.ts";
import type { ExchangeFront } from "../../emulator/rest/exchange-front.ts";
import type { WireRequest } from "../../emulator/rest/request.ts";
import type { VirtualLoop } from "./virtual-loop.ts";

/** Made once: an exception takes its time, and most signals go off when the answer is long there. */
const TIMED_OUT = new DOMException("The operation timed out.", "TimeoutError");

/** How long a message travels one way, milliseconds: near and far, both drawn. */
const LEAST_WAY_MS = 1;
const MOST_WAY_MS = 60;
/** The platform's own address; keys that are bound to another one are refused. */
const RELAY_ADDRESS = "127.0.0.1";

/** The line between a relay and the exchange's own front: it takes time each way, may be cut before or after the request
 *  arrived, and carries the front's outcomes out as a network does. */
export type ExchangeLine = {
  fetch(url: string, init: RequestInit): Promise<Response>;
};

/** Chances that a message is lost on its way, each way. */
export type LineWeather = { readonly lostThere: number; readonly lostBack: number };

/** @param leaves told of each request in the moment in which the relay lets it go */
export function createExchangeLine(
  loop: VirtualLoop,
  front: ExchangeFront,
  weather: LineWeather,
  leaves: (request: WireRequest) => void,
): ExchangeLine {
  const way = () => loop.between(LEAST_WAY_MS, MOST_WAY_MS);
  const failed = () => new TypeError("network connection lost");
  return {
    fetch: (url, init) =>
      new Promise<Response>((resolve, reject) => {
        const { signal } = init;
        const giveUp = () => reject(TIMED_OUT);
        if (signal?.aborted) return giveUp();
        signal?.addEventListener("abort", giveUp, { once: true });
        const request = wireRequest(url, init);
        leaves(request);
        if (loop.chance(weather.lostThere)) return loop.chance(0.5) ? reject(failed()) : undefined;
        loop.at(loop.now() + way(), () => {
          // Arrived: whatever the caller does from here on, the exchange has it.
          const outcome = front.take(request);
          scheduleLate(loop, front);
          if (outcome.kind === "silence" || loop.chance(weather.lostBack)) return;
          const backMs = loop.now() + outcome.afterMs + way();
          loop.at(backMs, () => {
            if (outcome.kind === "reset") return reject(failed());
            const { status, headers, text } = outcome.answer;
            resolve(new Response(text, { status, headers }));
          });
        });
      }),
  };
}

/** What was accepted late happens at its time, also when nobody asks anything then. */
function scheduleLate(loop: VirtualLoop, front: ExchangeFront): void {
  const dueMs = front.nextDueMs();
  if (dueMs !== null) loop.at(dueMs, () => front.settle());
}

function wireRequest(address: string, { method = "GET", headers, body }: RequestInit): WireRequest {
  const { pathname, search } = new URL(address);
  assert(body === undefined || body === null || typeof body === "string", "the relay sends texts");
  assert(!(headers instanceof Headers) && !Array.isArray(headers), "the relay's headers are a record");
  return {
    method,
    // As it was sent: the hash is over this spelling.
    url: pathname + search,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    body: body ?? "",
    address: RELAY_ADDRESS,
  };
}
