import { Failure } from "../../contract/failure.js";
import { type LogLevel, type LogLine, logLevels } from "../events.js";
import { shownText } from "./extra.js";

/** What is shown of the lines that were read. */
export interface Selection {
  /** What CloudWatch filters by where a whole stage is read; here where lines are picked by their invocation. */
  text?: string;
  grep?: RegExp;
  /** This level and graver ones. */
  level?: LogLevel;
}

/** Whether a line is shown. What goes on with an earlier line is shown where that was. */
export function selectLines({ text, grep, level }: Selection): (line: LogLine) => boolean {
  const least = level === undefined ? 0 : logLevels.indexOf(level);
  const last = new Map<string, boolean>();
  if (text === undefined && grep === undefined && level === undefined) return () => true;
  const matches = (seen: string) =>
    (text === undefined || seen.includes(text)) && (grep === undefined || grep.test(seen));
  return (line) => {
    if (line.continued) return last.get(line.stream) ?? false;
    const shown = logLevels.indexOf(line.level) >= least && matches(shownText(line));
    last.set(line.stream, shown);
    return shown;
  };
}

/** `--grep`: a regular expression of JavaScript. Without flags that would make it remember where it was. */
export function parseGrep(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : "";
    throw new Failure("usage", `--grep is no regular expression: ${reason}`, {
      category: "usage",
      hint: String.raw`Put a backslash before what is meant as it stands: --grep 'f\(x\)'. For plain text there is --filter.`,
    });
  }
}

/** CloudWatch's own limit for a pattern. */
const longestPattern = 1024;

/** Text as a CloudWatch filter pattern that matches it as it stands, capitals too. */
export function quotedPattern(text: string): string {
  const pattern = `"${text.replace(/[\\"]/g, "\\$&")}"`;
  if (pattern.length <= longestPattern) return pattern;
  throw new Failure("usage", `--filter takes at most ${longestPattern - 2} characters.`, {
    category: "usage",
    hint: "Filter by a part of it, and use --grep for the rest.",
  });
}
