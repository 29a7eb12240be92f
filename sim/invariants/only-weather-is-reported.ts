import type { Invariant } from "./breach.ts";

/** Source: the own words of the simulated database and alarm. */
const WEATHER = [
  "D1_ERROR: D1 DB is overloaded.",
  "D1_ERROR: Network connection lost.",
  "ALARM_ERROR: Network connection lost.",
];

/** Whatever a deployment would have logged as a bug is weather of its database or its alarm. Rule X14. */
export const onlyWeatherIsReported: Invariant = ({ reports }) =>
  reports
    .filter((report) => !WEATHER.some((weather) => report.includes(weather)))
    .map((report) => ({ what: `a bug: ${report.split("\n").slice(0, 4).join(" ")}`, about: ["report"] }));
