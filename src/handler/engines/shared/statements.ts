import { type Token, tokens } from "../../../contract/sql/lexer.js";

/** One statement of a script, without comments around it and without its semicolon. */
export interface Statement {
  text: string;
  /** Where it begins in the script, in UTF-16 units. */
  start: number;
  /** Its first words in lower case, as many as tell what it does. */
  words: string[];
}

const wordsKept = 6;

/**
 * Splits a script at the semicolons that end statements: not those in strings, comments, dollar quotes, parentheses (CREATE RULE … DO
 * (a; b)) or in the `BEGIN ATOMIC … END` body of a function.
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let open: OpenStatement | undefined;
  for (const token of tokens(script)) {
    if (token.kind === "semicolon" && (open === undefined || (open.parentheses === 0 && open.blocks === 0))) {
      if (open !== undefined) statements.push(closeStatement(script, open));
      open = undefined;
      continue;
    }
    open ??= { start: token.start, end: token.end, parentheses: 0, blocks: 0, words: [], last: "" };
    extend(open, token, script);
  }
  if (open !== undefined) statements.push(closeStatement(script, open));
  return statements;
}

interface OpenStatement {
  start: number;
  end: number;
  parentheses: number;
  /** Depth of BEGIN ATOMIC, and of CASE within it, which also ends in END. */
  blocks: number;
  words: string[];
  last: string;
}

function extend(open: OpenStatement, token: Token, script: string): void {
  open.end = token.end;
  if (token.kind === "open") open.parentheses += 1;
  if (token.kind === "close") open.parentheses = Math.max(0, open.parentheses - 1);
  const word = token.kind === "word" ? script.slice(token.start, token.end).toLowerCase() : "";
  if (word !== "") {
    if (open.words.length < wordsKept) open.words.push(word);
    if (word === "atomic" && open.last === "begin" && createsRoutine(open.words)) open.blocks += 1;
    else if (open.blocks > 0 && word === "case") open.blocks += 1;
    else if (open.blocks > 0 && word === "end") open.blocks -= 1;
  }
  open.last = word;
}

function createsRoutine(words: string[]): boolean {
  const [first, ...rest] = words;
  return first === "create" && rest.slice(0, 3).some((word) => word === "function" || word === "procedure");
}

function closeStatement(script: string, { start, end, words }: OpenStatement): Statement {
  return { text: script.slice(start, end), start, words };
}

/** True where a statement begins or ends a transaction. Savepoints do neither. */
export function controlsTransaction({ words }: Statement): boolean {
  const [first, second, third] = words;
  switch (first) {
    case "begin":
    case "commit":
    case "end":
    case "abort":
      return true;
    case "start":
    case "prepare":
      return second === "transaction";
    case "rollback":
      return second !== "to" && !((second === "work" || second === "transaction") && third === "to");
    default:
      return false;
  }
}
