import type { LogLevel } from "../events.js";

const levelWord = /\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b/;

/** A level stands near the beginning of a line where it stands anywhere. */
const searched = 200;

/** The level that a plain line names, in capitals as loggers write it. A traceback is an error without the word. */
export function levelIn(text: string): LogLevel {
  if (text.startsWith("Traceback (most recent call last)")) return "error";
  const word = levelWord.exec(text.length > searched ? text.slice(0, searched) : text)?.[0];
  return word === undefined ? "info" : levelNamed(word);
}

/** What a logger calls a level, as one of ours. */
export function levelNamed(name: unknown): LogLevel {
  switch (typeof name === "string" ? name.toUpperCase() : "") {
    case "ERROR":
    case "FATAL":
    case "CRITICAL":
      return "error";
    case "WARN":
    case "WARNING":
      return "warn";
    case "DEBUG":
    case "TRACE":
      return "debug";
    default:
      return "info";
  }
}
