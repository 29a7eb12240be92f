import { linesInChromium } from "./in-chromium.ts";

/** Blocks of candles against the information in them, and against the exchange's JSON; in a worker of a real Chromium. */
export const run = () => linesInChromium("codec");
