import { isObject } from "../../contract/json.js";
import { child, list, type Node, relation, relationKey } from "./ast.js";
import { readColumn } from "./column.js";
import { type Finding, finding } from "./finding.js";
import { type Known, partKey } from "./known.js";
import { isNarrowing, readType, showType } from "./types.js";

/** What ALTER TABLE destroys, command by command. */
export function* columnLosses(node: Node, known: Known): Generator<Finding> {
  const table = relation(node.relation);
  const key = relationKey(node.relation);
  for (const item of list(node.cmds)) {
    const command = child(item, "AlterTableCmd");
    const name = String(command.name);
    if (command.subtype === "AT_DropColumn") {
      const noun = node.objtype === "OBJECT_TYPE" ? "attribute" : "column";
      const cascade = command.behavior === "DROP_CASCADE" ? " and what depends on it" : "";
      yield finding("drop-column", `drops ${noun} ${table}.${name}${cascade}`);
    } else if (command.subtype === "AT_AlterColumnType") {
      const { type, narrows } = newType(command, known.columns.get(partKey(key, name)));
      if (narrows) yield finding("narrow-type", `${table}.${name} becomes ${type}, which may not hold all`);
    } else if (command.subtype === "AT_AddColumn" && known.made.get(key)?.filled !== false) {
      const column = readColumn(command.def);
      if (!column.notNull || column.source !== undefined) continue;
      const message = `adds ${table}.${column.name} NOT NULL without a default, which fails on rows`;
      yield finding("not-null-without-default", message);
    }
  }
}

function newType(command: Node, from: Parameters<typeof isNarrowing>[0]) {
  const column = child(command.def, "ColumnDef");
  const to = readType(column.typeName);
  const narrows = !isPlainUsing(column, String(command.name)) || isNarrowing(from, to);
  return { type: showType(to), narrows };
}

/** No USING, or one that says no more than none would: the column itself, perhaps cast to the new type. */
export function isPlainUsing({ raw_default: using, typeName }: Node, name: string): boolean {
  if (!isObject(using)) return true;
  const cast = child(using, "TypeCast");
  const isCast = "TypeCast" in using;
  if (isCast && showType(readType(cast.typeName)) !== showType(readType(typeName))) return false;
  const fields = list(child(isCast ? child(cast, "arg") : using, "ColumnRef").fields);
  return fields.length > 0 && child(fields.at(-1), "String").sval === name;
}
