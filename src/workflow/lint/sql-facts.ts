import type { SchemaFacts } from "../../project/facts.js";
import { child, list, type Node } from "../review/ast.js";
import { executed } from "../review/executed.js";
import type { Statement } from "../review/statements.js";

/** Indexes and foreign keys that a script makes. */
export function sqlFacts(sql: string, statements: Statement[]): SchemaFacts {
  const facts: SchemaFacts = { foreignKeys: [], indexes: [] };
  const bytes = Buffer.from(sql);
  const lineOf = ({ location }: Node) =>
    bytes
      .subarray(0, Number(location ?? 0))
      .toString()
      .split("\n").length;
  for (const { tree } of statements) {
    for (const { kind, node } of executed(tree)) {
      const table = String(child(node, "relation").relname ?? "");
      if (kind === "CreateStmt")
        for (const element of list(node.tableElts)) ofElement(table, element, lineOf, facts);
      if (kind === "IndexStmt")
        facts.indexes.push({ table, columns: list(node.indexParams).map(columnOfIndex) });
      if (kind !== "AlterTableStmt") continue;
      for (const command of list(node.cmds))
        ofElement(table, child(child(command, "AlterTableCmd"), "def"), lineOf, facts);
    }
  }
  return facts;
}

function columnOfIndex(parameter: Node): string {
  return String(child(parameter, "IndexElem").name ?? "");
}

/** A column or a constraint, within CREATE TABLE or added to a table. */
function ofElement(table: string, element: Node, lineOf: (node: Node) => number, facts: SchemaFacts): void {
  const column = child(element, "ColumnDef");
  for (const item of list(column.constraints))
    ofConstraint(table, child(item, "Constraint"), [String(column.colname)], lineOf, facts);
  if ("Constraint" in element) ofConstraint(table, child(element, "Constraint"), [], lineOf, facts);
}

function ofConstraint(
  table: string,
  constraint: Node,
  own: string[],
  lineOf: (node: Node) => number,
  facts: SchemaFacts,
): void {
  const names = (key: string) => list(constraint[key]).map((item) => String(child(item, "String").sval));
  if (constraint.contype === "CONSTR_FOREIGN") {
    const columns = own.length > 0 ? own : names("fk_attrs");
    if (columns.length > 0) facts.foreignKeys.push({ table, columns, line: lineOf(constraint) });
  }
  if (constraint.contype === "CONSTR_PRIMARY" || constraint.contype === "CONSTR_UNIQUE")
    facts.indexes.push({ table, columns: own.length > 0 ? own : names("keys") });
}
