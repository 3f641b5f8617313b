import { columnsOf } from "./width.js";

/**
 * Makes foreign text safe for a terminal: every control character except the line break is shown instead of obeyed, and so are the
 * marks that turn the direction of text around.
 */
export function visible(text: string): string {
  // Most text is harmless, and of log lines there are many.
  if (!dangerous.test(text)) return text;
  return text.replace(/\r\n/g, "\n").replace(/\t/g, "  ").replace(allDangerous, escaped);
}

const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const allDangerous = new RegExp(dangerous, "g");

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
}

/** One line of foreign text. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s*\n\s*/g, " ");
}

export function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : by + line))
    .join("\n");
}

/** A block of lines apart from what follows. */
export function blankAfter(lines: string[]): string[] {
  return lines.length === 0 ? [] : [...lines, ""];
}

/** Columns as wide as their widest cell, the last one ragged, empty ones left out. Cells may be coloured. */
export function table(rows: string[][], gap = 2): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, columnsOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        if (width === 0 || index === row.length - 1) return cell;
        return cell + " ".repeat(width - columnsOf(cell) + gap);
      })
      .join("")
      .trimEnd(),
  );
}

/**
 * Breaks prose at spaces. Foreign words longer than the width stay whole, so that they can be copied, and so do commands: in a line that is
 * too long each stands on a line of its own, two columns further in.
 */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => (columnsOf(line) <= width ? [line] : commandsApart(line)))
    .map((line) => (isCommand.test(line) ? line : wrapLine(line, width)))
    .join("\n");
}

const isCommand = /^ {2}(migrate-remote|aws|psql|curl|export) /;

/** A command in prose: behind a colon, up to the end of its sentence, or between backticks. What is quoted in it ends nothing. */
const inProse =
  /(?<=: |\bor |^ *)((?:migrate-remote|aws|psql) [a-z-](?:'[^']*'|\\.|[^'\\])*?)(?:[.;](?= |$)| {3}|,(?= or )|$)|`((?:migrate-remote|aws|psql|curl|export) [^`]+)`[.,;]?/g;

function commandsApart(line: string): string[] {
  const lines: string[] = [];
  let end = 0;
  for (const match of line.matchAll(inProse)) {
    const before = line.slice(end, match.index);
    if (before.trim() !== "") lines.push((end === 0 ? before : before.trimStart()).trimEnd());
    lines.push(`  ${(match[1] ?? match[2] ?? "").trimEnd()}`);
    end = match.index + match[0].length;
  }
  const rest = end === 0 ? line : line.slice(end).trim();
  return rest === "" && end > 0 ? lines : [...lines, rest];
}

/** Not between a number and its unit. */
export const breaks = /(?<!\d) | (?!(?:ms|s|min|h|days|GiB|%)(?!\w))/;

function wrapLine(line: string, width: number): string {
  const text = line.trimStart();
  const lead = line.length - text.length;
  let column = lead;
  let wrapped = "";
  for (const word of text.split(breaks)) {
    const length = columnsOf(word);
    if (wrapped !== "" && column + 1 + length > width) {
      wrapped += `\n${word}`;
      column = length;
    } else {
      column += length + (wrapped === "" ? 0 : 1);
      wrapped += wrapped === "" ? line.slice(0, lead) + word : ` ${word}`;
    }
  }
  return wrapped;
}

/** Prose behind a mark of one character: the lines after the first are indented under it. */
export function wrapped(text: string, { columns }: { columns: number }): string {
  return wrap(text, columns - 2).replaceAll("\n", "\n  ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Whole seconds that pass while somebody watches: `12 s`, `2 min 05 s`. */
export function passed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** `2026-11-20 10:45:12Z`: logs and databases are in UTC, so the terminal is too. */
export function time(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? oneLine(iso)
    : `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** `45 s`, `4 min`, `3 h`, `12 days`: as people say how long something is. */
export function roughly(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}
