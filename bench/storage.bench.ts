import { linesInChromium } from "./in-chromium.ts";

/** The candle store against one row a candle, in a worker of a real Chromium with a fresh profile; a year of minutes, then
 *  four. `growth` is writing and reading all of them. */
export const run = () => linesInChromium("storage");
