import { isObject } from "../../contract/json.js";
import type { LogLevel } from "../events.js";

const levelWord = /\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b/;
/** By the letter that such a word begins with: making a piece of text of it and looking that up takes longer. */
const levelByLetter: Readonly<Record<string, LogLevel>> = {
  T: "debug",
  D: "debug",
  I: "info",
  W: "warn",
  E: "error",
  F: "error",
  C: "error",
};

/** A level stands near the beginning of a line where it stands anywhere. */
const searched = 200;

/** The level that a plain line names, in capitals as loggers write it. A traceback is an error without the word. */
export function levelIn(text: string): LogLevel {
  if (text.startsWith("Traceback (most recent call last)")) return "error";
  const at = (text.length > searched ? text.slice(0, searched) : text).search(levelWord);
  return (at === -1 ? undefined : levelByLetter[text.charAt(at)]) ?? "info";
}

const levels: ReadonlyMap<string, LogLevel> = new Map([
  ...["ERROR", "ERR", "SEVERE", "FATAL", "CRITICAL", "CRIT", "ALERT", "EMERGENCY", "PANIC"].map(
    (name) => [name, "error"] as const,
  ),
  ...["WARN", "WARNING"].map((name) => [name, "warn"] as const),
  ...["INFO", "NOTICE"].map((name) => [name, "info"] as const),
  ...["DEBUG", "TRACE", "VERBOSE", "SILLY"].map((name) => [name, "debug"] as const),
]);

/** What a logger calls a level, as one of ours: a word, or a number as pino and bunyan write it. Undefined for anything else. */
export function levelNamed(name: unknown): LogLevel | undefined {
  if (typeof name === "number") return levelNumbered(name);
  if (typeof name !== "string") return undefined;
  return (
    levels.get(name) ??
    levels.get(name.toUpperCase()) ??
    (/^[1-6]\d$/.test(name) ? levelNumbered(Number(name)) : undefined)
  );
}

/** 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal; a level of one's own lies between two of them. */
function levelNumbered(level: number): LogLevel | undefined {
  if (!(level >= 10 && level <= 60)) return undefined;
  if (level >= 50) return "error";
  if (level >= 40) return "warn";
  return level >= 30 ? "info" : "debug";
}

/** The level that a JSON object names, under whichever name its logger gives it. */
export function levelOf(fields: Record<string, unknown>): LogLevel | undefined {
  const { level, log_level, levelname, severity, log } = fields;
  return (
    levelNamed(level) ??
    levelNamed(log_level) ??
    levelNamed(severity) ??
    levelNamed(fields["log.level"]) ??
    (isObject(log) ? levelNamed(log.level) : undefined) ??
    levelNamed(levelname)
  );
}
