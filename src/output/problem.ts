import type { ResultError } from "../workflow/results.js";
import type { Style } from "./style.js";
import { indent, oneLine, visible, wrap } from "./text.js";

/** An error as people read it: what happened and in what state things are, then the next command. */
export function problemLines(error: ResultError, style: Style): string[] {
  const width = style.columns - 2;
  return [
    `${style.bad("✗")} ${indentRest(wrap(headline(error), width))}`,
    ...caret(error, style),
    ...(error.detail === undefined ? [] : [indent(style.dim(wrap(visible(error.detail), width)), "  ")]),
    ...(style.verbose ? (error.trace ?? []).map((line) => style.dim(`    ${oneLine(line)}`)) : []),
    ...(error.answer === undefined
      ? []
      : [indent(style.dim(wrap(`It answered: ${visible(error.answer)}`, width)), "  ")]),
    ...(error.hint === undefined ? [] : [`  ${indentRest(wrap(visible(error.hint), width))}`]),
  ];
}

/** `003_c failed: column "x" does not exist (line 3, column 20, SQLSTATE 42703)`. */
function headline(error: ResultError): string {
  const { revision, message, sqlstate } = error;
  const subject = revision === undefined || message.includes(revision) ? "" : `${oneLine(revision)}: `;
  const facts = [...position(error), ...(sqlstate === undefined ? [] : [`SQLSTATE ${oneLine(sqlstate)}`])];
  return `${subject}${visible(message)}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function indentRest(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

function position({ line, column }: ResultError): string[] {
  if (line === undefined) return [];
  return column === undefined ? [`line ${line}`] : [`line ${line}`, `column ${column}`];
}

/** The source line with a caret under the column, cut around it where the line is longer than the terminal. */
function caret({ excerpt, line, column }: ResultError, style: Style): string[] {
  if (excerpt === undefined) return [];
  const gutter = `  ${line ?? ""} | `;
  const room = Math.max(20, style.columns - gutter.length);
  const characters = [...excerpt.replaceAll("\t", " ")];
  const at = Math.min(Math.max((column ?? 1) - 1, 0), characters.length);
  const start = at < room - 10 ? 0 : at - Math.floor(room / 2);
  const shown = oneLine(characters.slice(start, start + room).join(""));
  const lines = [style.dim(gutter) + shown];
  if (column !== undefined) lines.push(" ".repeat(gutter.length + at - start) + style.bad("^"));
  return lines;
}
