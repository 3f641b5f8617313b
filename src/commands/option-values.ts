import { Failure } from "../contract/failure.js";
import { parseDuration } from "../workflow/since.js";

/** What an option that takes a time says, in milliseconds. */
export function timeOption(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw usage(
    `${option} does not understand ${JSON.stringify(text)}.`,
    "Say a number and its unit: 90s, 5m, 2h or 30d.",
  );
}

const fourHoursMs = 4 * 3_600_000;

/** How long a snapshot or a restore may take, in milliseconds. */
export function timeoutOption(option: string, text: string | undefined): number {
  const ms = text === undefined ? fourHoursMs : timeOption(option, text);
  if (ms === 0) throw usage(`${option} leaves no time at all.`, "Say how long to wait, such as 90m or 4h.");
  return ms;
}

export function usage(message: string, hint: string): Failure {
  return new Failure("usage", message, { category: "usage", hint });
}
