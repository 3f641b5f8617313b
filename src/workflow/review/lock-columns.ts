import { child, list, type Node, relation, relationKey } from "./ast.js";
import { readColumn } from "./column.js";
import { isVolatile } from "./defaults.js";
import { type Finding, finding } from "./finding.js";
import { type Known, partKey } from "./known.js";
import { isPlainUsing } from "./loss-columns.js";
import { readType, rewrites, showType } from "./types.js";

interface Table {
  name: string;
  key: string;
  known: Known;
}

/** What ALTER TABLE keeps others waiting for, command by command. */
export function* columnLocks(node: Node, known: Known): Generator<Finding> {
  const table = { name: relation(node.relation), key: relationKey(node.relation), known };
  for (const item of list(node.cmds)) {
    const command = child(item, "AlterTableCmd");
    yield* rules[String(command.subtype)]?.(command, table) ?? [];
  }
}

const rules: Record<string, (command: Node, table: Table) => Iterable<Finding>> = {
  AT_AddColumn: addedColumn,
  AT_AddConstraint: ({ def }, table) => addedConstraint(child(def, "Constraint"), table),
  AT_ValidateConstraint: ({ name }, { name: table, key, known }) =>
    known.added.has(partKey(key, name))
      ? [
          finding(
            "constraint-without-not-valid",
            `${String(name)} is validated while ${table} is still locked by the ADD before it: a migration of its own`,
          ),
        ]
      : [],
  AT_SetNotNull: ({ name }, { name: table, key, known }) => {
    const proven = [...known.proofs].some(
      ([proof, { column, valid }]) => valid && column === name && JSON.parse(proof)[0] === key,
    );
    return proven ? [] : [notNull(table, String(name))];
  },
  AT_AlterColumnType: (command, { name: table, key, known }) => {
    const column = child(command.def, "ColumnDef");
    const to = readType(column.typeName);
    const from = known.columns.get(partKey(key, command.name));
    if (isPlainUsing(column, String(command.name)) && !rewrites(from, to)) return [];
    const what = `${String(command.name)} becomes ${showType(to)}`;
    return [rewrite(table, what, "a new column, filled in batches")];
  },
  AT_SetExpression: ({ name }, { name: table }) => [rewrite(table, `${String(name)} is computed anew`)],
  AT_SetLogged: (_, { name }) => [rewrite(name, "it becomes logged")],
  AT_SetUnLogged: (_, { name }) => [rewrite(name, "it becomes unlogged (a crash empties it then)")],
  AT_SetTableSpace: (_, { name }) => [rewrite(name, "it is moved")],
  AT_SetAccessMethod: (_, { name }) => [rewrite(name, "its access method changes")],
};

function* addedColumn(command: Node, { name: table }: Table): Generator<Finding> {
  const column = readColumn(command.def);
  const where = `${table}.${column.name}`;
  if (column.source === "identity" || column.source === "serial") {
    yield rewrite(table, `${column.name} is numbered`, "add it empty, fill it in batches");
  } else if (column.source === "stored") {
    yield rewrite(table, `${column.name} is computed`, "an ordinary column, filled in batches");
  } else if (column.source === "default" && isVolatile(column.expression)) {
    const way = "add it without, then SET DEFAULT, then fill in batches";
    const message = `${table} is rewritten, closed to reads and writes, to give ${column.name} its default: ${way}`;
    yield finding("volatile-default", message);
  }
  if (column.unique) yield unique(table, `unique ${where}`, "CREATE UNIQUE INDEX CONCURRENTLY first");
  // A foreign key is not looked at where every value is null.
  if (column.check || (column.references && column.source !== undefined)) {
    const what = column.check ? "the check" : "the foreign key";
    const way = "add it afterwards, NOT VALID, then VALIDATE";
    const message = `${what} on ${where} closes ${table} to reads and writes while every row is looked at: ${way}`;
    yield finding("constraint-without-not-valid", message);
  }
}

function* addedConstraint(constraint: Node, { name: table }: Table): Generator<Finding> {
  const { contype, conname, skip_validation: notValid, indexname } = constraint;
  const what = typeof conname === "string" ? conname : "the constraint";
  switch (contype) {
    case "CONSTR_CHECK":
    case "CONSTR_FOREIGN": {
      if (notValid === true) return;
      const other = relation(constraint.pktable);
      const blocked =
        contype === "CONSTR_CHECK"
          ? `${table} to reads and writes`
          : `${other === table ? table : `${table} and ${other}`} to writes`;
      const message = `${what} closes ${blocked} while every row is looked at: NOT VALID, then VALIDATE in another migration`;
      yield finding("constraint-without-not-valid", message);
      return;
    }
    case "CONSTR_NOTNULL":
      if (notValid !== true) {
        yield notNull(table, String(child(list(constraint.keys)[0], "String").sval));
      }
      return;
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      if (indexname === undefined) {
        yield unique(table, what, "CREATE UNIQUE INDEX CONCURRENTLY, then USING INDEX");
      }
      return;
    case "CONSTR_EXCLUSION":
      yield unique(table, what, "a quiet hour");
  }
}

function notNull(table: string, column: string): Finding {
  const way = "CHECK (… IS NOT NULL) NOT VALID, VALIDATE, then this";
  const message = `NOT NULL on ${table}.${column} closes ${table} to reads and writes while every row is looked at: ${way}`;
  return finding("set-not-null", message);
}

function unique(table: string, what: string, way: string): Finding {
  const message = `${what} closes ${table} to reads and writes while its index is built: ${way}`;
  return finding("unique-without-index", message);
}

function rewrite(table: string, why: string, way = "a quiet hour"): Finding {
  return finding("rewrite-table", `${table} is rewritten, closed to reads and writes: ${why} (${way})`);
}
