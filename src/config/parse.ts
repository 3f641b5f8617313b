import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { excerpt } from "../contract/redact.js";

/** One thing wrong with a configuration file. */
export interface ConfigProblem {
  /** JSON path such as `stages.prod.account`; empty for the file as a whole. */
  path: string;
  /** Both from 1. */
  line: number;
  column: number;
  /** For people; holds no secret. */
  message: string;
}

/** JSON with comments, parsed, with the way from a path back to a place in the text. */
export interface ParsedText {
  /** Without a prototype anywhere, so that a key `__proto__` is only a key. */
  value: unknown;
  problems: ConfigProblem[];
  /** Makes a problem at a path; `at: "key"` points at the property's name instead of its value. */
  problem(path: PropertyKey[], message: string, at?: "key"): ConfigProblem;
}

// The file is four levels deep. The parser recurses, so a file of a million brackets would exhaust its stack.
const deepest = 64;

/** Never throws, whatever the text. */
export function parseText(text: string): ParsedText {
  const starts = lineStarts(text);
  const position = (offset: number) => positionOf(starts, offset);
  const problems: ConfigProblem[] = [];
  const tooDeep = deepBracket(text);
  const errors: ParseError[] = [];
  const root = tooDeep === undefined ? parseTree(text, errors, { allowTrailingComma: true }) : undefined;

  const problem: ParsedText["problem"] = (path, message, at) => {
    const node = root === undefined ? undefined : nodeAt(root, path);
    const key = at === "key" ? node?.parent?.children?.[0] : undefined;
    return { path: showPath(path), ...position((key ?? node ?? root)?.offset ?? 0), message };
  };
  if (tooDeep !== undefined) {
    problems.push({ path: "", ...position(tooDeep), message: `is nested more than ${deepest} levels deep` });
  }
  for (const error of errors) problems.push({ path: "", ...position(error.offset), message: explain(error) });
  if (root === undefined) return { value: undefined, problems, problem };
  for (const { path, key, message } of doubtfulKeys(root, [])) {
    problems.push({ path: showPath(path), ...position(key.offset), message });
  }
  return { value: toValue(root), problems, problem };
}

function showPath(path: PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      const name = excerpt(String(key), 100);
      if (/^[\w$-]+$/.test(name)) return index === 0 ? name : `.${name}`;
      return `[${JSON.stringify(name)}]`;
    })
    .join("");
}

/** The property node at the path or, where it does not exist, its nearest ancestor that does. */
function nodeAt(root: Node, path: PropertyKey[]): Node {
  let node = root;
  for (const key of path) {
    const next =
      node.type === "array"
        ? node.children?.[Number(key)]
        : // A later duplicate is the one whose value counts.
          node.children?.findLast((property) => property.children?.[0]?.value === key)?.children?.[1];
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

function toValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value;
  const result: Record<string, unknown> = Object.create(null);
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key !== undefined && key.value !== "__proto__") {
      result[String(key.value)] = value === undefined ? null : toValue(value);
    }
  }
  return result;
}

function* doubtfulKeys(
  node: Node,
  path: PropertyKey[],
): Generator<{ path: PropertyKey[]; key: Node; message: string }> {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    const [key, value] = node.type === "object" ? (child.children ?? []) : [undefined, child];
    const here = [...path, key === undefined ? index : String(key.value)];
    if (key !== undefined) {
      const name = String(key.value);
      if (name === "__proto__") yield { path: here, key, message: "unknown key `__proto__`" };
      else if (seen.has(name)) {
        yield { path: here, key, message: "stands here a second time; the first would be ignored" };
      }
      seen.add(name);
    }
    if (value !== undefined) yield* doubtfulKeys(value, here);
  }
}

function deepBracket(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const token = scanner.getTokenLength() === 1 ? text[scanner.getTokenOffset()] : "";
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (depth > deepest) return scanner.getTokenOffset();
  }
  return undefined;
}

const expectations: Record<string, string> = {
  InvalidSymbol:
    "is not JSON here: expected a value, a string in double quotes, a number, true, false or null",
  InvalidNumberFormat: "this number is not JSON",
  PropertyNameExpected: "expected a key in double quotes",
  ValueExpected: "expected a value",
  ColonExpected: "expected ':' after the key",
  CommaExpected: "expected ',' between two entries",
  CloseBraceExpected: "expected '}'",
  CloseBracketExpected: "expected ']'",
  EndOfFileExpected: "expected nothing more after the closing '}'",
  InvalidCommentToken: "this comment is not one: write // or /* */",
  UnexpectedEndOfComment: "this comment is never closed: expected */",
  UnexpectedEndOfString: 'this string is never closed: expected "',
  UnexpectedEndOfNumber: "this number is cut short",
  InvalidUnicode: "expected four hexadecimal digits after \\u",
  InvalidEscapeCharacter: 'this escape is not JSON: expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
  InvalidCharacter: "a control character stands here: write it as an escape such as \\n",
};

function explain(error: ParseError): string {
  return expectations[printParseErrorCode(error.error)] ?? "is not JSON here";
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (match) => match.index + match[0].length)];
}

function positionOf(starts: number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
