import { linesInChromium } from "./in-chromium.ts";

/** What the collector does with a frame of the exchange's socket, against parsing its JSON alone; the same bytes for
 *  both, in a worker of a real Chromium. */
export const run = () => linesInChromium("live");
