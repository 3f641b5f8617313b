import type { InvocationReport, LogLevel, LogLine } from "../workflow/events.js";
import { visibleInColour, withoutColour } from "./colour.js";
import { hang } from "./hang.js";
import type { Style } from "./style.js";
import { duration, oneLine, visible } from "./text.js";

/** `12:55:00` and two spaces; what goes on stands under its own beginning. */
const gutter = 10;
const indentation = " ".repeat(gutter);

/** One log line for people, with its time, `12:55:00`; undefined where it says nothing to them: START and END are told by REPORT, metrics are CloudWatch's to read. */
export function logText(line: LogLine, time: string, style: Style): string | undefined {
  if (line.metrics || (line.platform !== undefined && line.platform !== "report")) return undefined;
  const clock = line.continued ? indentation : `${style.dim(time)}  `;
  const late = line.late ? `${style.caution("late")} ` : "";
  if (line.platform === "report") return clock + hung(late + reportText(line, style), style);
  const word = line.continued ? "" : levelWord(line);
  const text = withExtra(line, word + messageText(line.message, style), style);
  const shown = hung(late + text, style);
  return endsBlank(shown) ? (clock + shown).trimEnd() : clock + shown;
}

/** Nearly no line does, and trimming copies it whole. */
function endsBlank(text: string): boolean {
  return text === "" || text.charCodeAt(text.length - 1) <= 0x20;
}

const named = { debug: /debug/i, warn: /warn/i, error: /error/i };

/** Named where the message does not: without colours nothing else tells. */
function levelWord({ level, message }: LogLine): string {
  if (level === "info" || named[level].test(message.slice(0, 60))) return "";
  return `${level} `;
}

/** The fields stand behind the first line, before a stack. */
function withExtra({ level, extra }: LogLine, text: string, style: Style): string {
  if (extra === undefined) return inLevel(level, text, style);
  const end = text.indexOf("\n");
  const first = end === -1 ? text : text.slice(0, end);
  const rest = end === -1 ? "" : inLevel(level, text.slice(end), style);
  return `${inLevel(level, first, style)} ${style.dim(oneLine(extra))}${rest}`;
}

function messageText(message: string, { dim }: Style): string {
  const text = message.endsWith("\n") ? message.trimEnd() : message;
  return dim.level > 0 ? visibleInColour(text) : visible(withoutColour(text));
}

function inLevel(level: LogLevel, text: string, style: Style): string {
  switch (level) {
    case "error":
      return style.bad(text);
    case "warn":
      return style.caution(text);
    case "debug":
      return style.dim(text);
    default:
      return text;
  }
}

function hung(text: string, { isTerminal, columns }: Style): string {
  const lines = isTerminal && text.length > columns - gutter ? hang(text, columns - gutter) : text;
  return lines.includes("\n") ? lines.replaceAll("\n", `\n${indentation}`) : lines;
}

/** START, END and REPORT in one line: what people ask of it. */
function reportText({ message, report, level }: LogLine, style: Style): string {
  const facts = report === undefined ? [] : reportFacts(report);
  const text = facts.length === 0 ? oneLine(message) : facts.join(", ");
  return level === "error" ? style.bad(text) : style.dim(text);
}

function reportFacts({ durationMs, billedMs, memoryMb, maxMemoryMb, initMs, status }: InvocationReport) {
  return [
    ...(status === undefined || status === "success" ? [] : [`ended with ${oneLine(status)}`]),
    ...(durationMs === undefined ? [] : [`took ${duration(durationMs)}`]),
    ...(billedMs === undefined ? [] : [`billed ${duration(billedMs)}`]),
    ...(maxMemoryMb === undefined ? [] : [`memory ${maxMemoryMb} of ${memoryMb ?? "?"} MB`]),
    ...(initMs === undefined ? [] : [`cold start ${duration(initMs)}`]),
  ];
}
