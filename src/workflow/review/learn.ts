import { child, list, type Node, nameKey, nameParts, relationKey } from "./ast.js";
import type { Act } from "./executed.js";
import {
  distrust,
  forgetAll,
  forgetColumn,
  forgetTable,
  forgetUnqualified,
  type Known,
  partKey,
} from "./known.js";
import { learnAlteration, learnColumn } from "./learn-columns.js";

/** Takes note of what a statement makes, fills, renames or drops. To be called after the rules have seen it. */
export function learn({ kind, node }: Act, known: Known): void {
  lessons[kind]?.(node, known);
}

const lessons: Record<string, (node: Node, known: Known) => void> = {
  CreateStmt: (node, known) => {
    // IF NOT EXISTS: perhaps it was there.
    if (node.if_not_exists === true) return;
    made(node.relation, known, false);
    for (const { ColumnDef: column } of list(node.tableElts)) {
      if (column !== undefined) learnColumn(relationKey(node.relation), child({ column }, "column"), known);
    }
  },
  CreateTableAsStmt: (node, known) => {
    if (node.if_not_exists !== true) made(child(node.into, "rel"), known, true);
  },
  SelectStmt: (node, known) => {
    if (node.intoClause !== undefined) made(child(node.intoClause, "rel"), known, true);
    for (const { ResTarget: target } of list(node.targetList)) {
      const name = list(child(child(target, "val"), "FuncCall").funcname).at(-1);
      if (child(name, "String").sval === "set_config") forgetUnqualified(known);
    }
  },
  IndexStmt: ({ relation, idxname }, known) => {
    // An index stands in its table's schema.
    const table = known.made.get(relationKey(relation));
    const { schemaname } = child({ relation }, "relation");
    if (table !== undefined && idxname !== undefined) known.made.set(nameKey([schemaname, idxname]), table);
  },
  InsertStmt: filled,
  MergeStmt: filled,
  CopyStmt: filled,
  DoStmt: (_, known) => distrust(known),
  CallStmt: (_, known) => distrust(known),
  DropStmt: ({ objects }, known) => {
    for (const object of list(objects)) forgetTable(known, nameKey(nameParts(object)));
  },
  RenameStmt: (node, known) => {
    const table = relationKey(node.relation);
    if (node.renameType === "OBJECT_COLUMN") {
      for (const column of [node.subname, node.newname]) forgetColumn(known, partKey(table, column));
      return;
    }
    // Under its new name others may be waiting for it.
    forgetTable(known, table);
    forgetTable(known, nameKey([child(node, "relation").schemaname, node.newname]));
  },
  AlterObjectSchemaStmt: (node, known) => forgetTable(known, relationKey(node.relation)),
  AlterTableStmt: learnAlteration,
  VariableSetStmt: ({ kind, name }, known) => {
    if (kind === "VAR_RESET_ALL" || name === "search_path") forgetUnqualified(known);
  },
  DiscardStmt: (_, known) => forgetUnqualified(known),
  TransactionStmt: ({ kind }, known) => {
    if (kind === "TRANS_STMT_ROLLBACK" || kind === "TRANS_STMT_ROLLBACK_TO") forgetAll(known);
    if (kind === "TRANS_STMT_COMMIT") known.added.clear();
  },
};

function made(relation: unknown, known: Known, isFilled: boolean): void {
  const key = relationKey(relation);
  forgetTable(known, key);
  const temporary = child({ relation }, "relation").relpersistence === "t";
  known.made.set(key, { filled: isFilled, temporary });
}

function filled({ relation }: Node, known: Known): void {
  const table = known.made.get(relationKey(relation));
  if (table !== undefined) table.filled = true;
}
