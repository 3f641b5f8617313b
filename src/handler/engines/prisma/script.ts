import { controlsTransaction, type Statement, splitStatements } from "../shared/statements.js";

/**
 * How a migration's script relates to transactions. Prisma sends a file whole, and PostgreSQL executes the statements of what is sent at once in one transaction, unless
 * they end it themselves.
 *
 * `together`: we begin the transaction, so that its row of history is committed with it. `wrapped`: its first statement begins one and its
 * last commits it. `alone`: one statement that no transaction may hold. `own`: it takes transactions into its own hands otherwise.
 */
export type ScriptKind = "together" | "wrapped" | "alone" | "own";

export interface Script {
  kind: ScriptKind;
  statements: Statement[];
}

export function readScript(sql: string): Script {
  const statements = splitStatements(sql);
  return { kind: kindOf(statements), statements };
}

function kindOf(statements: Statement[]): ScriptKind {
  const [first, ...others] = statements;
  if (first !== undefined && others.length === 0 && needsToBeAlone(first)) return "alone";
  const controlling = statements.filter(controlsTransaction);
  if (controlling.length === 0) return "together";
  const last = statements.at(-1);
  const isWrapped =
    controlling.length === 2 &&
    controlling[0] === first &&
    controlling[1] === last &&
    begins(first) &&
    commits(last);
  return isWrapped ? "wrapped" : "own";
}

/** Nothing of it stands after a failure. */
export function isAtomic(kind: ScriptKind): boolean {
  return kind === "together" || kind === "wrapped";
}

function begins(statement: Statement | undefined): boolean {
  const first = statement?.words[0];
  return first === "begin" || first === "start";
}

export function commits(statement: Statement | undefined): boolean {
  const first = statement?.words[0];
  return first === "commit" || first === "end";
}

const outside = new Set(["vacuum", "cluster", "reindex"]);
const beyondDatabase = new Set(["database", "tablespace", "system", "subscription"]);

/** What PostgreSQL refuses to do in a transaction, and so among others in one script. */
export function refusesTransaction({ text, words: [first = "", ...others] }: Statement): boolean {
  if (outside.has(first)) return true;
  if (!["create", "alter", "drop"].includes(first)) return false;
  if (beyondDatabase.has(others[0] ?? "") || others.includes("concurrently")) return true;
  // ALTER TABLE … DETACH PARTITION … CONCURRENTLY
  return first === "alter" && /\bconcurrently$/i.test(text);
}

/** May end the transaction that it is called in. */
export function runsOwnCode({ text, words: [first] }: Statement): boolean {
  return first === "call" || (first === "do" && /\b(commit|rollback)\b/i.test(text));
}

function needsToBeAlone(statement: Statement): boolean {
  return refusesTransaction(statement) || runsOwnCode(statement);
}
