import type { SchemaFacts } from "../facts.js";
import type { Call } from "../python/values.js";
import { argument, callsAmong, isTrue, type Operation, textOf, textsOf } from "./operations.js";

/** Indexes and foreign keys that a revision makes. */
export function factsOf(operations: Operation[]): SchemaFacts {
  const facts: SchemaFacts = { foreignKeys: [], indexes: [] };
  for (const operation of operations) {
    if (operation.name === "create_table") ofTable(operation, facts);
    if (operation.name === "add_column") {
      const table = textOf(argument(operation, 0, "table_name"));
      const [column] = callsAmong(operation.args, "Column");
      if (table !== undefined && column !== undefined) ofColumn(table, column, facts);
    }
    const table = textOf(argument(operation, 1, "table_name", "source_table"));
    if (table === undefined) continue;
    const columns = textsOf(argument(operation, 2, "columns"));
    const isIndex = ["create_index", "create_primary_key", "create_unique_constraint"].includes(
      operation.name,
    );
    if (isIndex && columns !== undefined) facts.indexes.push({ table, columns });
    if (operation.name !== "create_foreign_key") continue;
    const local = textsOf(argument(operation, 3, "local_cols"));
    if (local !== undefined) facts.foreignKeys.push({ table, columns: local, line: operation.line });
  }
  return facts;
}

function ofTable(operation: Operation, facts: SchemaFacts): void {
  const table = textOf(argument(operation, 0, "table_name"));
  if (table === undefined) return;
  for (const column of callsAmong(operation.args, "Column")) ofColumn(table, column, facts);
  for (const constraint of callsAmong(operation.args, "PrimaryKeyConstraint", "UniqueConstraint")) {
    const columns = constraint.args.map(textOf).filter((name) => name !== undefined);
    facts.indexes.push({ table, columns });
  }
  for (const index of callsAmong(operation.args, "Index"))
    facts.indexes.push({ table, columns: index.args.slice(1).map((name) => textOf(name) ?? "") });
  for (const constraint of callsAmong(operation.args, "ForeignKeyConstraint")) {
    const columns = textsOf(argument(constraint, 0, "columns"));
    if (columns !== undefined) facts.foreignKeys.push({ table, columns, line: constraint.line });
  }
}

function ofColumn(table: string, column: Call, facts: SchemaFacts): void {
  const name = textOf(argument(column, 0, "name"));
  if (name === undefined) return;
  const isIndexed = ["index", "unique", "primary_key"].some((key) => isTrue(column.keywords.get(key)));
  if (isIndexed) facts.indexes.push({ table, columns: [name] });
  for (const key of callsAmong(column.args, "ForeignKey"))
    facts.foreignKeys.push({ table, columns: [name], line: key.line });
}
