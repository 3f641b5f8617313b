import { isObject } from "../contract/answer.js";

/** A statement that destroys data, and where it stands in the migration. */
export interface Finding {
  /** Stable, so that it can be named in config and in reviews. */
  rule: DestructiveRule;
  /** What is lost: `drops column accounts.legacy`. */
  message: string;
  /** From 1. Absent where nobody could read the SQL. */
  line?: number;
}

export const destructiveRules = [
  "drop-table",
  "drop-column",
  "drop-schema",
  "drop-object",
  "drop-database",
  "truncate",
  "delete-all",
  "update-all",
  "unchecked",
] as const;

export type DestructiveRule = (typeof destructiveRules)[number];

/** PostgreSQL's own parser, as `libpg-query` ships it. */
export type ParseSql = (sql: string) => Promise<unknown>;

/**
 * Finds what destroys data in one migration's SQL. What cannot be read (no SQL, no parser, a syntax error, a DO block that
 * builds its statements as it goes) counts as destroying data: nobody can say that it does not.
 */
export async function findDestructive(
  sql: string | undefined,
  parse: ParseSql | undefined,
): Promise<Finding[]> {
  if (sql === undefined) return [unchecked("its SQL was not shown")];
  // The parser refuses an empty text.
  if (sql.trim() === "") return [];
  if (parse === undefined) return [unchecked("PostgreSQL's parser (libpg-query) is not installed")];
  let tree: unknown;
  try {
    tree = await parse(sql);
  } catch {
    return [unchecked("PostgreSQL's parser cannot read it")];
  }
  const bytes = Buffer.from(sql, "utf8");
  const statements = isObject(tree) && Array.isArray(tree.stmts) ? tree.stmts : [];
  return statements.flatMap((raw) => {
    if (!isObject(raw) || !isObject(raw.stmt)) return [];
    const line = lineOf(bytes, Number(raw.stmt_location ?? 0));
    return [...statementFindings(raw.stmt)].map((finding) => ({ ...finding, line }));
  });
}

function unchecked(why: string): Finding {
  return { rule: "unchecked", message: `unchecked: ${why}` };
}

/** The line on which a statement begins: the parser's location still has the white space and comments before it. */
function lineOf(source: Buffer, location: number): number {
  const rest = source.subarray(location).toString("utf8");
  const before = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(rest)?.[0] ?? "";
  return `${source.subarray(0, location).toString("utf8")}${before}`.split("\n").length;
}

type Node = Record<string, unknown>;

function* statementFindings(statement: Node): Generator<Finding> {
  const [kind, node] = Object.entries(statement)[0] ?? [];
  if (kind === undefined || !isObject(node)) return;
  const rule = rules[kind];
  if (rule !== undefined) yield* rule(node);
  // WITH gone AS (DELETE FROM …) SELECT …: data also goes from within.
  for (const inner of commonTableExpressions(node)) yield* statementFindings(inner);
}

const rules: Record<string, (node: Node) => Iterable<Finding>> = {
  DropStmt: dropped,
  DropdbStmt: (node) => [{ rule: "drop-database", message: `drops database ${String(node.dbname)}` }],
  AlterTableStmt: droppedColumns,
  TruncateStmt: (node) =>
    array(node.relations).map((item) => ({
      rule: "truncate",
      message: `empties ${relation(item.RangeVar)}`,
    })),
  DeleteStmt: (node) =>
    isUnbounded(node.whereClause)
      ? [{ rule: "delete-all", message: `deletes every row of ${relation(node.relation)}` }]
      : [],
  UpdateStmt: (node) =>
    isUnbounded(node.whereClause)
      ? [{ rule: "update-all", message: `overwrites every row of ${relation(node.relation)}` }]
      : [],
  DoStmt: () => [unchecked("a DO block makes its statements as it goes")],
};

/** What can be dropped without losing data: it can be made again from its definition. */
const harmless = new Set(["OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_FUNCTION", "OBJECT_TRIGGER", "OBJECT_RULE"]);
const dropRules: Record<string, DestructiveRule> = {
  OBJECT_TABLE: "drop-table",
  OBJECT_FOREIGN_TABLE: "drop-table",
  OBJECT_SCHEMA: "drop-schema",
};

function* dropped(node: Node): Generator<Finding> {
  const type = String(node.removeType);
  // Without CASCADE PostgreSQL itself refuses to drop what anything depends on.
  if (harmless.has(type) && node.behavior !== "DROP_CASCADE") return;
  const noun = type
    .replace(/^OBJECT_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
  const cascade = node.behavior === "DROP_CASCADE" ? " and what depends on it" : "";
  for (const object of array(node.objects)) {
    yield { rule: dropRules[type] ?? "drop-object", message: `drops ${noun} ${names(object)}${cascade}` };
  }
}

function* droppedColumns(node: Node): Generator<Finding> {
  for (const { AlterTableCmd: command } of array(node.cmds)) {
    if (!isObject(command) || command.subtype !== "AT_DropColumn") continue;
    yield { rule: "drop-column", message: `drops column ${relation(node.relation)}.${String(command.name)}` };
  }
}

function isUnbounded(where: unknown): boolean {
  if (!isObject(where)) return true;
  const constant = where.A_Const;
  return isObject(constant) && isObject(constant.boolval) && constant.boolval.boolval === true;
}

function commonTableExpressions(node: Node): Node[] {
  if (!isObject(node.withClause)) return [];
  return array(node.withClause.ctes).flatMap(({ CommonTableExpr: expression }) =>
    isObject(expression) && isObject(expression.ctequery) ? [expression.ctequery] : [],
  );
}

function relation(node: unknown): string {
  if (!isObject(node)) return "?";
  return [node.schemaname, node.relname].filter((part) => typeof part === "string").join(".");
}

/** A dropped object is a string, a list of strings, or a type name with names. */
function names(node: Node): string {
  const inner = Object.values(node)[0];
  if (!isObject(inner)) return "?";
  if (typeof inner.sval === "string") return inner.sval;
  return array(inner.items ?? inner.names ?? inner.objname)
    .map(names)
    .join(".");
}

function array(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
