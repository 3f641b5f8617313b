import type { LogLine } from "../events.js";
import { parseLogLine } from "./line.js";

/** Lambda's answer carries at most this much of the end of the invocation's log, in bytes. */
const longestTail = 4096;
/** More than a tail can hold, so that what it says can be looked up. */
const keptCharacters = 64 * 1024;

export interface TailCheck {
  /** A line of the invocation's that was shown. */
  saw: (line: LogLine) => void;
  /** What Lambda itself says the function wrote last. */
  told: (tail: string) => void;
  /** Lines that Lambda told of and that were not seen yet. */
  missing: () => LogLine[];
}

/** Compares the lines that came with the end of the log that the answer brought. */
export function checkTail(): TailCheck {
  const seen: string[] = [];
  let characters = 0;
  let expected: LogLine[] = [];

  return {
    saw: (line) => {
      for (const text of textsOf(line)) {
        seen.push(text);
        characters += text.length;
      }
      while (characters > keptCharacters) characters -= seen.shift()?.length ?? characters;
    },
    told: (tail) => {
      expected = [...expected, ...linesOf(tail)];
    },
    missing: () => {
      const left = new Map<string, number>();
      for (const text of seen) left.set(text, (left.get(text) ?? 0) + 1);
      return expected.filter((line) => {
        const missed = textsOf(line).filter((text) => {
          const count = left.get(text) ?? 0;
          left.set(text, count - 1);
          return count <= 0;
        });
        return missed.length > 0;
      });
    },
  };
}

/** The tail's lines, without Lambda's own and without a first one that was cut. */
function linesOf(tail: string): LogLine[] {
  const lines = tail.split("\n");
  if (Buffer.byteLength(tail) >= longestTail) lines.shift();
  return lines
    .map((message) => parseLogLine({ id: "", stream: "", timestamp: 0, ingestionTime: 0, message }))
    .filter((line) => line.platform === undefined && textsOf(line).length > 0);
}

/** A message of several lines is one line each in the tail. */
function textsOf({ platform, message }: LogLine): string[] {
  if (platform !== undefined) return [];
  return message
    .split("\n")
    .map((text) => text.trim())
    .filter((text) => text !== "");
}
