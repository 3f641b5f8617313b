import type { Value } from "../python/values.js";
import { argument, callsAmong, isTrue, type Operation, textOf, textsOf } from "./operations.js";

/** What operations come to in SQL, as far as the review asks, for where Alembic itself could not be asked: a statement, and its line. */
export function likelySql(operations: Operation[]): { sql: string; line: number }[] {
  return operations.flatMap((operation) => {
    const sql = statementOf(operation);
    return sql === undefined ? [] : [{ sql, line: operation.line }];
  });
}

function statementOf(operation: Operation): string | undefined {
  const first = textOf(argument(operation, 0, "table_name", "index_name", "constraint_name"));
  const second = textOf(argument(operation, 1, "column_name", "table_name", "source_table"));
  if (operation.name === "execute") return textOf(operation.args[0])?.replace(/;\s*$/, "");
  if (first === undefined) return undefined;
  switch (operation.name) {
    case "drop_table":
      return `DROP TABLE ${quoted(first)}`;
    case "create_table":
      return `CREATE TABLE ${quoted(first)} ()`;
    case "drop_column":
      return second === undefined ? undefined : `ALTER TABLE ${quoted(first)} DROP COLUMN ${quoted(second)}`;
    case "add_column":
      return addColumn(first, operation);
    case "create_index":
      return second === undefined ? undefined : createIndex(first, second, operation);
    case "drop_index":
      return `DROP INDEX ${concurrently(operation)}${quoted(first)}`;
    case "alter_column":
      return second !== undefined && isFalse(operation.keywords.get("nullable"))
        ? `ALTER TABLE ${quoted(first)} ALTER COLUMN ${quoted(second)} SET NOT NULL`
        : undefined;
    default:
      return undefined;
  }
}

function addColumn(table: string, operation: Operation): string | undefined {
  const [column] = callsAmong(operation.args, "Column");
  const name = textOf(column?.args[0]);
  if (column === undefined || name === undefined) return undefined;
  const isBare = isFalse(column.keywords.get("nullable")) && !column.keywords.has("server_default");
  return `ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(name)} text${isBare ? " NOT NULL" : ""}`;
}

function createIndex(name: string, table: string, operation: Operation): string {
  const columns = textsOf(argument(operation, 2, "columns")) ?? ["?"];
  const unique = isTrue(operation.keywords.get("unique")) ? "UNIQUE " : "";
  return `CREATE ${unique}INDEX ${concurrently(operation)}${quoted(name)} ON ${quoted(table)} (${columns.map(quoted).join(", ")})`;
}

function concurrently({ keywords }: Operation): string {
  return isTrue(keywords.get("postgresql_concurrently")) ? "CONCURRENTLY " : "";
}

function isFalse(value: Value | undefined): boolean {
  return value?.kind === "boolean" && !value.value;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
