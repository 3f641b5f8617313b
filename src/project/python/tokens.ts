import { decodeString } from "./strings.js";

/** A token of Python source. White space, comments and line breaks are none. */
export interface Token {
  kind: "name" | "string" | "number" | "operator";
  text: string;
  /** What a string says; absent of any other token, and of a string whose value only running it would tell. */
  value?: string;
  /** From 1. */
  line: number;
}

/** A statement's line or lines: `indent` in columns, a tab to the next multiple of eight. */
export interface LogicalLine {
  indent: number;
  tokens: Token[];
}

export interface PythonSource {
  lines: LogicalLine[];
  /** From the `#` on. `alone`: nothing else stands on the line. */
  comments: { text: string; line: number; alone: boolean }[];
}

/** The source cannot be told apart into tokens: a string or a bracket that is never closed. */
export interface Unreadable {
  line: number;
  message: string;
}

const blank = /[ \t\f]+|\\(?:\r\n|\r|\n)/y;
const lineBreak = /\r\n|\r|\n/y;
const comment = /#[^\r\n]*/y;
const quote = /([A-Za-z]{0,3})("""|'''|"|')/y;
const name = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*/uy;
const number = /\.?\d[\w.]*/y;
const operator = /->|:=|\.\.\.|(?:\*\*|\/\/|<<|>>)=?|[-+*/%@&|^=<>!]=|[-+*/%@&|^=<>!~.,:;()[\]{}]/y;

/** Python's lexical rules, as far as reading declarations needs them. Nothing is executed. */
export function readPython(text: string): PythonSource | Unreadable {
  const source: PythonSource = { lines: [], comments: [] };
  const open: { bracket: string; line: number }[] = [];
  let current: Token[] = [];
  let indent = 0;
  let line = 1;
  let lineStart = 0;
  let at = text.startsWith("\ufeff") ? 1 : 0;

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  const push = (token: Token) => {
    if (current.length === 0 && open.length === 0) indent = indentOf(text, lineStart, source, line, indent);
    current.push(token);
  };
  const endLine = () => {
    if (current.length > 0) source.lines.push({ indent, tokens: current });
    current = [];
  };

  while (at < text.length) {
    const start = at;
    const white = take(blank);
    if (white !== undefined) {
      if (!white[0].startsWith("\\")) continue;
      line += 1;
      // A continued line's indentation says nothing.
      if (current.length === 0) lineStart = at;
      continue;
    }
    if (take(lineBreak) !== undefined) {
      if (open.length === 0) endLine();
      line += 1;
      lineStart = at;
      continue;
    }
    const said = take(comment);
    if (said !== undefined) {
      const alone = text.slice(lineStart, start).trim() === "";
      source.comments.push({ text: said[0], line, alone });
      continue;
    }
    const opening = take(quote);
    if (opening !== undefined && isPrefix(opening[1] ?? "")) {
      const string = decodeString(text, at, opening[1] ?? "", opening[2] ?? "");
      if (string === undefined) return { line, message: "a string is never closed" };
      const whole = text.slice(start, string.end);
      push({
        kind: "string",
        text: whole,
        line,
        ...(string.value === undefined ? {} : { value: string.value }),
      });
      line += lineBreaksIn(whole);
      at = string.end;
      continue;
    }
    at = start;
    const word = take(name);
    if (word !== undefined) {
      push({ kind: "name", text: word[0], line });
      continue;
    }
    const digits = take(number);
    if (digits !== undefined) {
      push({ kind: "number", text: digits[0], line });
      continue;
    }
    const sign = take(operator)?.[0];
    if (sign === undefined)
      return { line, message: `${JSON.stringify(text[at])} stands where Python has no such sign` };
    if (sign === ";" && open.length === 0) {
      endLine();
      continue;
    }
    push({ kind: "operator", text: sign, line });
    if ("([{".includes(sign)) open.push({ bracket: sign, line });
    if (")]}".includes(sign) && pairs.get(open.pop()?.bracket ?? "") !== sign)
      return { line, message: `${sign} closes what nothing opened` };
  }
  const unclosed = open[0];
  if (unclosed !== undefined) return { line: unclosed.line, message: `${unclosed.bracket} is never closed` };
  endLine();
  return source;
}

const pairs = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

function isPrefix(letters: string): boolean {
  return /^(?:[urbft]?|br|rb|fr|rf|tr|rt)$/i.test(letters);
}

/** Behind a semicolon a statement stands as deep as the one before it. */
function indentOf(
  text: string,
  lineStart: number,
  source: PythonSource,
  line: number,
  before: number,
): number {
  const last = source.lines.at(-1)?.tokens.at(-1);
  if (last !== undefined && last.line === line) return before;
  let column = 0;
  for (let at = lineStart; text[at] === " " || text[at] === "\t"; at += 1)
    column = text[at] === "\t" ? column - (column % 8) + 8 : column + 1;
  return column;
}

export function lineBreaksIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
