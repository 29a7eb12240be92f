import { fail, ok, type Result } from "../domain/result.ts";
import { createDayWarmer } from "./market/day-warmer.ts";
import type { EmulatorOptions } from "./options.ts";
import { listenControl } from "./control/control-server.ts";
import { createFaultDesk } from "./faults/fault-desk.ts";
import { createExchangeFront } from "./rest/exchange-front.ts";
import { createExchangeWire } from "./rest/exchange-wire.ts";
import { listen } from "./rest/server.ts";
import { attachSocket } from "./socket/socket-server.ts";
import { keepChange, saveState, stateFile } from "./state.ts";
import type { KeptChange } from "./state-shape.ts";
import { createWorld, type World } from "./world.ts";

export type Emulator = {
  /** `http://127.0.0.1:PORT` */
  readonly rest: string;
  /** `ws://127.0.0.1:PORT/websocket/v1` */
  readonly ws: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** `http://127.0.0.1:PORT` of the control server, or null. */
  readonly control: string | null;
  /** Clock, accounts and orders behind the network, for tests in the same process. */
  readonly world: World;
  /** Writes the state and ends all connections. */
  close(): Promise<void>;
};

/** Changes are gathered into the state this much later; until then each stands in a line of its own. */
const SAVE_AFTER_MS = 200;
/** Or later still, so that writing takes no more than a tenth of the time. */
const SAVE_SHARE = 10;
/** How often resting orders meet the tape and subscribers are told. */
const PULSE_MS = 100;

const DEFAULTS: EmulatorOptions = {
  tapes: [],
  synthetic: [],
  port: 0,
  seed: null,
  speed: 1,
  fromMs: null,
  state: null,
  control: null,
};

/** Builds the world and serves it on 127.0.0.1. A fault is one line for the user. */
export async function startEmulatorChecked(
  given: Partial<EmulatorOptions>,
  wallNow: () => number = Date.now,
): Promise<Result<Emulator, string>> {
  const options = { ...DEFAULTS, ...given };
  const file = options.state === null ? null : stateFile(options.state);
  let saving: NodeJS.Timeout | null = null;
  let savingTookMs = 0;
  let world: World | null = null;
  const save = () => {
    if (saving) clearTimeout(saving);
    saving = null;
    if (file === null || !world) return;
    const beganMs = performance.now();
    saveState(file, world.snapshot());
    savingTookMs = performance.now() - beganMs;
  };
  const keep = (change: KeptChange) => {
    // While the world is being made nobody was answered yet: it is saved whole afterwards.
    if (file === null || !world) return;
    keepChange(file, change);
    saving ??= setTimeout(save, Math.max(SAVE_AFTER_MS, SAVE_SHARE * savingTookMs));
  };
  const made = createWorld(options, wallNow, keep);
  if (!made.ok) return made;
  world = made.value;
  const key = world.keys[0];
  if (!key) return fail(`${options.accounts}: no pocket has a key`);
  const wire = createExchangeWire(world);
  const front = createExchangeFront(wire, createFaultDesk(world.clock, options.faults));
  const listening = await listen(front, options.port);
  if (!listening.ok) return fail(listening.fault);
  save();
  const { server, port } = listening.value;
  const socket = attachSocket(server, front);
  const control =
    options.control === null ? ok(null) : await listenControl({ front, sockets: socket }, options.control);
  if (!control.ok) {
    server.close();
    return control;
  }
  const warm = createDayWarmer(world.exchange.feeds.values(), world.clock.now());
  const pulse = setInterval(() => {
    warm();
    front.settle();
    made.value.exchange.advance(made.value.clock.now());
    socket.pulse();
  }, PULSE_MS);
  return ok({
    rest: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}/websocket/v1`,
    accessKey: key.accessKey,
    secretKey: key.secretKey,
    control: control.value?.address ?? null,
    world,
    close: async () => {
      clearInterval(pulse);
      save();
      socket.close();
      await control.value?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  });
}

/** @throws Error with the one line that `startEmulatorChecked` answers */
export async function startEmulator(
  given: Partial<EmulatorOptions>,
  wallNow: () => number = Date.now,
): Promise<Emulator> {
  const started = await startEmulatorChecked(given, wallNow);
  if (!started.ok) throw new Error(started.fault);
  return started.value;
}
