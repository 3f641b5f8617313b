import { isObject } from "../../contract/json.js";
import { child, list, type Node, relationKey } from "./ast.js";
import { forgetColumn, type Known, partKey } from "./known.js";
import { readType } from "./types.js";

export function learnColumn(table: string, { colname, typeName }: Node, known: Known): void {
  known.columns.set(partKey(table, colname), readType(typeName));
}

export function learnAlteration(node: Node, known: Known): void {
  const table = relationKey(node.relation);
  for (const item of list(node.cmds)) {
    const command = child(item, "AlterTableCmd");
    lessons[String(command.subtype)]?.(command, table, known);
  }
}

const lessons: Record<string, (command: Node, table: string, known: Known) => void> = {
  AT_AddColumn: (command, table, known) => {
    const column = child(command.def, "ColumnDef");
    // IF NOT EXISTS: perhaps there is one already, of another type.
    const key = partKey(table, column.colname);
    if (command.missing_ok === true) return forgetColumn(known, key);
    learnColumn(table, column, known);
    known.fresh.add(key);
  },
  AT_DropColumn: ({ name }, table, known) => forgetColumn(known, partKey(table, name)),
  AT_AlterColumnType: ({ name, def }, table, known) =>
    learnColumn(table, { ...child(def, "ColumnDef"), colname: name }, known),
  AT_AddConstraint: ({ def }, table, known) => {
    const constraint = child(def, "Constraint");
    const key = partKey(table, constraint.conname);
    if (constraint.skip_validation === true) known.added.add(key);
    const column = columnNotNull(constraint);
    if (column === undefined) return;
    known.proofs.set(key, { column, valid: constraint.skip_validation !== true });
  },
  AT_ValidateConstraint: ({ name }, table, known) => {
    const proof = known.proofs.get(partKey(table, name));
    if (proof !== undefined) proof.valid = true;
  },
  AT_DropConstraint: ({ name }, table, known) => known.proofs.delete(partKey(table, name)),
};

/** `CHECK (column IS NOT NULL)`, as the column. */
function columnNotNull({ contype, raw_expr: check, is_enforced: enforced }: Node): string | undefined {
  if (contype !== "CONSTR_CHECK" || enforced !== true || !isObject(check)) return undefined;
  const test = child(check, "NullTest");
  const fields = list(child(child(test, "arg"), "ColumnRef").fields);
  const name = child(fields[0], "String").sval;
  return test.nulltesttype === "IS_NOT_NULL" && fields.length === 1 && typeof name === "string"
    ? name
    : undefined;
}
