import { refusal } from "./refusal.js";

/** Milliseconds, or a number with a unit: `"500ms"`, `"30s"`, `"5m"`, `"1h"`. */
export type Duration = number | string;

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

// PostgreSQL keeps its timeouts in 32 signed bits.
const longest = 2 ** 31 - 1;

/** Reads a setting in milliseconds. */
export function parseDuration(name: string, value: Duration): number {
  const match = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(ms|s|m|min|h)?\s*$/.exec(String(value));
  const milliseconds = Math.round(Number(match?.[1]) * (units[match?.[2] ?? "ms"] ?? 1));
  if (match === null || milliseconds > longest) {
    throw refusal(
      "configuration_error",
      `The handler's ${name} is ${JSON.stringify(String(value).slice(0, 50))}, which is no duration. Nothing was done.`,
      { hint: `Give milliseconds, or a number with a unit such as "500ms", "30s" or "5m".` },
    );
  }
  return milliseconds;
}
