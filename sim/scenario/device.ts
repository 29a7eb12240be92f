import { SECOND_MS } from "../../domain/units.ts";
import type { Deployment } from "../ground/deployment.ts";
import type { DeviceWeather } from "../ground/storm.ts";
import type { VirtualLoop } from "../ground/virtual-loop.ts";
import type { Trace } from "../record/trace.ts";

const ORIGIN = "https://relay.invalid";
/** A person gives up. */
const PATIENCE_MS = 40 * SECOND_MS;
const LONGEST_WAY_MS = 80;

export type Told = { readonly status: number; readonly body: unknown };
/** An answer as the relay gave it, whether or not anybody received it. */
export type Answered = Told & { readonly atMs: number; readonly route: string; readonly asked: unknown };
/** One browser of a trader. */
export type Device = {
  readonly name: string;
  /** @param route method and path
   *  @returns null when no answer came back */
  ask(route: string, body?: unknown): Promise<Told | null>;
  cookie(): string;
};

export type DeviceGround = {
  readonly loop: VirtualLoop;
  readonly deployment: Pick<Deployment, "request">;
  readonly trace: Trace;
  readonly answers: Answered[];
  readonly weather: DeviceWeather;
};

export function createDevice(
  { loop, deployment, trace, answers, weather }: DeviceGround,
  name: string,
  cookies: string,
): Device {
  const jar = new Map(cookies.split("; ").map((cookie) => cookie.split("=", 2) as [string, string]));
  const cookie = () => [...jar].flatMap(([key, value]) => (key === "" ? [] : [`${key}=${value}`])).join("; ");
  const way = () => loop.sleep(loop.between(1, LONGEST_WAY_MS));

  async function send(route: string, body: unknown): Promise<Told> {
    const [method, path] = route.split(" ") as [string, string];
    const headers = { Cookie: cookie(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
    const response = await deployment.request(
      new Request(ORIGIN + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    );
    const text = await response.text();
    for (const set of response.headers.getSetCookie()) {
      const [key, value] = set.split(";")[0]!.split("=", 2) as [string, string];
      jar.set(key, value);
    }
    trace.tell(`${name} ${route} -> ${response.status} ${text}`);
    const told = { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
    answers.push({ ...told, atMs: loop.now(), route, asked: body });
    return told;
  }
  return {
    name,
    cookie,
    ask: async (route, body) => {
      trace.tell(`${name} ${route} ${body === undefined ? "" : JSON.stringify(body)}`);
      await way();
      const never = loop.sleep(PATIENCE_MS).then(() => null);
      if (loop.chance(weather.lostThere)) return never;
      const answer = send(route, body).then(async (told) => {
        await way();
        return told;
      });
      const lost = loop.chance(weather.lostBack);
      const told = await Promise.race([answer, never]);
      if (told === null || lost) trace.tell(`${name} ${route} never heard back`);
      return lost ? null : told;
    },
  };
}
