/** A token as far as splitting scripts needs to tell them apart. Comments and white space are none. */
export interface Token {
  kind: "word" | "semicolon" | "open" | "close" | "other";
  /** UTF-16 units; `end` is exclusive. */
  start: number;
  end: number;
}

const blank = /[\s\ufeff]+|--[^\r\n]*/y;
// PostgreSQL's identifiers: letters are everything beyond ASCII too; a dollar sign may follow, so `a$b$` is one word.
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
// A number or a parameter; the letters after it cannot begin a dollar quote's tag or an E string.
const number = /\$?\d[\w.]*/y;
// `'a'` newline `'b'` is one string of the first one's kind.
const continuation = /(?:[ \t\f\v]|--[^\r\n]*)*[\r\n](?:\s|--[^\r\n]*[\r\n])*'/y;

/**
 * PostgreSQL's lexical rules, with `standard_conforming_strings` on as it has been by default since 9.1. What is never closed
 * reaches to the end; PostgreSQL says then what is wrong with it.
 */
export function* tokens(script: string): Generator<Token> {
  for (const piece of pieces(script)) if (piece.kind !== "blank") yield piece;
}

/** The comments that begin with `--`, without their line break. What looks like one inside a string or a function's body is none. */
export function* lineComments(script: string): Generator<{ start: number; text: string }> {
  for (const { kind, start, end } of pieces(script)) {
    if (kind === "blank" && script.startsWith("--", start)) yield { start, text: script.slice(start, end) };
  }
}

type Piece = Token | { kind: "blank"; start: number; end: number };

function* pieces(script: string): Generator<Piece> {
  let at = 0;
  while (at < script.length) {
    const next = skipBlank(script, at);
    const piece: Piece = next > at ? { kind: "blank", start: at, end: next } : tokenAt(script, at);
    yield piece;
    at = piece.end;
  }
}

function skipBlank(script: string, at: number): number {
  if (script.startsWith("/*", at)) return endOfComment(script, at);
  return matchEnd(blank, script, at) ?? at;
}

function tokenAt(script: string, start: number): Token {
  const char = script[start] ?? "";
  const simple = { ";": "semicolon", "(": "open", ")": "close" }[char] as Token["kind"] | undefined;
  if (simple !== undefined) return { kind: simple, start, end: start + 1 };
  if (char === "'") return other(start, endOfString(script, start, false));
  if (char === '"') return other(start, endOfQuoted(script, start, '"', false));
  if (char === "$") {
    const tag = matchEnd(dollarTag, script, start);
    if (tag !== undefined) return other(start, endOfDollar(script, start, tag));
  }
  const afterNumber = matchEnd(number, script, start);
  if (afterNumber !== undefined) return other(start, afterNumber);
  const afterWord = matchEnd(word, script, start);
  if (afterWord === undefined) return other(start, start + 1);
  // Only a whole word `E` makes an escape string: in `some'x'` the quote begins an ordinary one.
  if (afterWord === start + 1 && /[eE]/.test(char) && script[afterWord] === "'")
    return other(start, endOfString(script, afterWord, true));
  return { kind: "word", start, end: afterWord };
}

function other(start: number, end: number): Token {
  return { kind: "other", start, end };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function endOfString(script: string, start: number, escapes: boolean): number {
  let end = endOfQuoted(script, start, "'", escapes);
  while (end < script.length) {
    const quote = matchEnd(continuation, script, end);
    if (quote === undefined) return end;
    end = endOfQuoted(script, quote - 1, "'", escapes);
  }
  return end;
}

function endOfQuoted(script: string, start: number, quote: string, escapes: boolean): number {
  let at = start + 1;
  while (at < script.length) {
    if (escapes && script[at] === "\\") at += 2;
    else if (script[at] !== quote) at += 1;
    else if (script[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return script.length;
}

function endOfDollar(script: string, start: number, afterTag: number): number {
  const tag = script.slice(start, afterTag);
  const close = script.indexOf(tag, afterTag);
  return close < 0 ? script.length : close + tag.length;
}

function endOfComment(script: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < script.length) {
    if (script.startsWith("/*", at)) {
      depth += 1;
      at += 2;
    } else if (script.startsWith("*/", at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else at += 1;
  }
  return script.length;
}
