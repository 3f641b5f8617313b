import type { SchemaFacts } from "../../project/facts.js";
import { child, list, type Node } from "../review/ast.js";
import { executed } from "../review/executed.js";
import type { Statement } from "../review/statements.js";

/** Indexes and foreign keys that a script makes. */
export function sqlFacts(statements: Statement[]): SchemaFacts {
  const facts: SchemaFacts = { foreignKeys: [], indexes: [] };
  for (const { tree, line } of statements) {
    for (const { kind, node } of executed(tree)) {
      const table = String(child(node, "relation").relname ?? "");
      if (kind === "CreateStmt")
        for (const element of list(node.tableElts)) ofElement(table, element, line, facts);
      if (kind === "IndexStmt")
        facts.indexes.push({ table, columns: list(node.indexParams).map(columnOfIndex) });
      if (kind !== "AlterTableStmt") continue;
      for (const command of list(node.cmds))
        ofElement(table, child(child(command, "AlterTableCmd"), "def"), line, facts);
    }
  }
  return facts;
}

function columnOfIndex(parameter: Node): string {
  return String(child(parameter, "IndexElem").name ?? "");
}

/** A column or a constraint, within CREATE TABLE or added to a table. */
function ofElement(table: string, element: Node, line: number, facts: SchemaFacts): void {
  const column = child(element, "ColumnDef");
  for (const item of list(column.constraints))
    ofConstraint(table, child(item, "Constraint"), [String(column.colname)], line, facts);
  if ("Constraint" in element) ofConstraint(table, child(element, "Constraint"), [], line, facts);
}

function ofConstraint(
  table: string,
  constraint: Node,
  own: string[],
  line: number,
  facts: SchemaFacts,
): void {
  const names = (key: string) => list(constraint[key]).map((item) => String(child(item, "String").sval));
  if (constraint.contype === "CONSTR_FOREIGN") {
    const columns = own.length > 0 ? own : names("fk_attrs");
    if (columns.length > 0) facts.foreignKeys.push({ table, columns, line });
  }
  if (constraint.contype === "CONSTR_PRIMARY" || constraint.contype === "CONSTR_UNIQUE")
    facts.indexes.push({ table, columns: own.length > 0 ? own : names("keys") });
}
