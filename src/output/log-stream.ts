import type { LogLine } from "../workflow/events.js";
import { visibleInColour } from "./colour.js";
import { harmlessJson } from "./harmless.js";
import { logText } from "./log.js";
import { isoTime, moments } from "./moments.js";
import type { Style } from "./style.js";
import { oneLine, visible } from "./text.js";

export interface LogPrinterOptions {
  style: Style;
  /** Messages as they came; one of several lines stays several lines. */
  raw: boolean;
  /** `2026-11-20`, UTC: lines of another day get its date above them. */
  today: string;
  /** Lines of any invocations: where one is first heard of, its request id stands above. */
  mixed: boolean;
}

/** Ids that were told; of more the oldest are forgotten. */
const mostTold = 1_000;

/** Lines of a log as text, batch after batch. */
export function logPrinter({
  style,
  raw,
  today,
  mixed,
}: LogPrinterOptions): (lines: readonly LogLine[]) => string {
  if (raw) return (lines) => lines.map(({ message }) => `${rawText(message)}\n`).join("");
  let shownDay = today;
  const told = new Set<string>();
  const momentOf = moments();

  function heading({ requestId, continued }: LogLine): string {
    if (!mixed || requestId === undefined || continued || told.has(requestId)) return "";
    told.add(requestId);
    const [oldest] = told;
    if (told.size > mostTold && oldest !== undefined) told.delete(oldest);
    return `${style.dim(`request   ${oneLine(requestId)}`)}\n`;
  }

  return (lines) => {
    let text = "";
    for (const line of lines) {
      const { day, clock } = momentOf(line.timestamp);
      const shown = logText(line, clock, style);
      if (shown === undefined) continue;
      if (day !== shownDay && !line.late) {
        shownDay = day;
        text += `${style.dim(day)}\n`;
      }
      text += `${heading(line)}${shown}\n`;
    }
    return text;
  };
}

/** Colour and tabs harm nobody. */
function rawText(message: string): string {
  return visibleInColour(message, visibleWithTabs);
}

function visibleWithTabs(text: string): string {
  return text.includes("\t") ? text.split("\t").map(visible).join("\t") : visible(text);
}

/** One JSON object a line. */
export function jsonLines(lines: readonly LogLine[]): string {
  return lines.map((line) => `${jsonLine(line)}\n`).join("");
}

/** JSON leaves some control characters as they are, and a terminal obeys them. */
function jsonLine(line: LogLine): string {
  const { extra: _forPeople, timestamp, ...told } = line;
  const json = JSON.stringify({ time: isoTime(timestamp), ...told });
  return harmlessJson(json).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
