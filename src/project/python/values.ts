import type { Token } from "./tokens.js";

/** An expression as far as declarations need it; what only running it would tell is `other`. */
export type Value =
  | { kind: "string"; text: string; line: number }
  | { kind: "none" }
  | { kind: "boolean"; value: boolean }
  | { kind: "list"; items: Value[]; line: number }
  | { kind: "name"; name: string }
  | Call
  | { kind: "other" };

/** A call: `op.add_column(…)`. What is called has its name in full; that of a call's result begins with `()`. */
export interface Call {
  kind: "call";
  name: string;
  args: Value[];
  keywords: Map<string, Value>;
  line: number;
}

const other: Value = { kind: "other" };

/** Reads a whole expression. */
export function readValue(tokens: Token[], depth = 0): Value {
  const [first] = tokens;
  if (first === undefined || depth > deepest) return other;
  const parts = commaParts(tokens);
  if (parts.length > 1 || tokens.at(-1)?.text === ",") return readItems(parts, first.line, depth);
  const { value, next } = readOperand(tokens, 0, depth);
  if (next >= tokens.length) return value;
  if (value.kind !== "string" || tokens[next]?.text !== "+") return other;
  const rest = readValue(tokens.slice(next + 1), depth + 1);
  return rest.kind === "string" ? { ...value, text: value.text + rest.text } : other;
}

/** Every call that is not within another one's arguments: of a statement, whatever stands around it. */
export function callsOf(tokens: Token[]): Call[] {
  const calls: Call[] = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at]?.kind !== "name") at += 1;
    else {
      const { value, next } = readOperand(tokens, at, 0);
      if (value.kind === "call") calls.push(value);
      at = Math.max(next, at + 1);
    }
  }
  return calls;
}

/** Whoever nests deeper than this did not write a migration. */
const deepest = 60;

function readOperand(tokens: Token[], at: number, depth: number): { value: Value; next: number } {
  const first = tokens[at];
  if (first === undefined || depth > deepest) return { value: other, next: tokens.length };
  if (first.kind === "string") return readStrings(tokens, at, depth);
  if (first.text === "(" || first.text === "[" || first.text === "{") {
    const close = closing(tokens, at);
    const inner = tokens.slice(at + 1, close);
    if (first.text === "{") return { value: other, next: close + 1 };
    const isGroup = first.text === "(" && inner.length > 0;
    const value = isGroup ? readValue(inner, depth + 1) : readItems(commaParts(inner), first.line, depth);
    return readTrailers(tokens, close + 1, value, "()", depth);
  }
  if (first.kind !== "name") return { value: other, next: at + 1 };
  if (first.text === "None") return { value: { kind: "none" }, next: at + 1 };
  if (first.text === "True" || first.text === "False")
    return { value: { kind: "boolean", value: first.text === "True" }, next: at + 1 };
  return readTrailers(tokens, at + 1, { kind: "name", name: first.text }, first.text, depth);
}

/** Strings that stand side by side are one. */
function readStrings(tokens: Token[], at: number, depth: number): { value: Value; next: number } {
  let next = at;
  while (tokens[next]?.kind === "string") next += 1;
  const parts = tokens.slice(at, next);
  const isKnown = parts.every(({ value }) => value !== undefined);
  const text = parts.map(({ value }) => value).join("");
  const value: Value = isKnown ? { kind: "string", text, line: tokens[at]?.line ?? 0 } : other;
  return readTrailers(tokens, next, value, '""', depth);
}

/** `.name`, `(…)` and `[…]` behind an operand. */
function readTrailers(tokens: Token[], from: number, operand: Value, called: string, depth: number) {
  let value = operand;
  let name = called;
  let at = from;
  while (at < tokens.length) {
    const { text, line } = tokens[at] as Token;
    if (text === "." && tokens[at + 1]?.kind === "name") {
      name = `${name}.${tokens[at + 1]?.text}`;
      value = { kind: "name", name };
      at += 2;
    } else if (text === "(") {
      const close = closing(tokens, at);
      const parts = commaParts(tokens.slice(at + 1, close));
      value = { kind: "call", name, ...readArguments(parts, depth), line: tokens[at - 1]?.line ?? line };
      name = "()";
      at = close + 1;
    } else if (text === "[") {
      value = other;
      name = "[]";
      at = closing(tokens, at) + 1;
    } else break;
  }
  return { value, next: at };
}

function readArguments(parts: Token[][], depth: number): Pick<Call, "args" | "keywords"> {
  const args: Value[] = [];
  const keywords = new Map<string, Value>();
  for (const part of parts) {
    const [key, sign] = part;
    if (key?.kind === "name" && sign?.text === "=")
      keywords.set(key.text, readValue(part.slice(2), depth + 1));
    else args.push(readValue(part, depth + 1));
  }
  return { args, keywords };
}

function readItems(parts: Token[][], line: number, depth: number): Value {
  return { kind: "list", items: parts.map((part) => readValue(part, depth + 1)), line };
}

/** The index of the bracket that closes the one at `at`. */
function closing(tokens: Token[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index += 1) {
    const text = tokens[index]?.kind === "operator" ? (tokens[index]?.text ?? "") : "";
    if (text === "(" || text === "[" || text === "{") depth += 1;
    if (text === ")" || text === "]" || text === "}") depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

function commaParts(tokens: Token[]): Token[][] {
  const parts: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    const text = token.kind === "operator" ? token.text : "";
    if (text === "(" || text === "[" || text === "{") depth += 1;
    if (text === ")" || text === "]" || text === "}") depth -= 1;
    if (text === "," && depth === 0) {
      parts.push(current);
      current = [];
    } else current.push(token);
  }
  return current.length > 0 ? [...parts, current] : parts;
}
