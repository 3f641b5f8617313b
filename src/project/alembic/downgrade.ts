import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import type { Call, Value } from "../python/values.js";
import { natureOf, type PythonFunction } from "./functions.js";
import { argument, callsAmong, type Operation, operationsOf, textOf } from "./operations.js";

type Place = Pick<LintFinding, "file" | "revision">;

/** Whether the way back is there, and leads back. */
export function reviewDowngrade(
  upgrade: PythonFunction | undefined,
  downgrade: PythonFunction | undefined,
  place: Place,
): LintFinding[] {
  // A merge does nothing, and nothing is to be undone.
  if (upgrade === undefined || natureOf(upgrade) === "nothing") return [];
  const fix = "Undo in downgrade() what upgrade() does, or raise there and say why it cannot be undone.";
  if (downgrade === undefined)
    return [
      lintFinding("downgrade-missing", { ...place, line: upgrade.line }, "there is no downgrade()", fix),
    ];
  const at = { ...place, line: downgrade.line };
  const nature = natureOf(downgrade);
  if (nature === "nothing") {
    const message = "downgrade() does nothing: the revision would count as undone, and the schema would stay";
    return [lintFinding("downgrade-missing", at, message, fix)];
  }
  if (nature === "raises") {
    const message = "downgrade() only raises: there is no way back but a snapshot";
    return [
      lintFinding(
        "irreversible-downgrade",
        at,
        message,
        "Say so: # migrate-remote: allow irreversible-downgrade because …",
      ),
    ];
  }
  const [up, down] = [operationsOf(upgrade), operationsOf(downgrade)];
  return [...lostBack(up, down, place), ...leftBehind(up, down, textIn(downgrade), at)];
}

/** Rows that upgrade() wrote and downgrade() drops. */
function lostBack(up: Operation[], down: Operation[], place: Place): LintFinding[] {
  const filled = new Set(up.flatMap(filledTables));
  return down.flatMap((operation) => {
    const table = textOf(argument(operation, 0, "table_name"));
    if (table === undefined || !filled.has(table)) return [];
    const column =
      operation.name === "drop_column" ? textOf(argument(operation, 1, "column_name")) : undefined;
    const dropped =
      operation.name === "drop_table" ? table : column === undefined ? undefined : `${table}.${column}`;
    if (dropped === undefined) return [];
    const message = `downgrade() drops ${dropped}, and upgrade() put data into ${table}`;
    const fix =
      "Put the data back where it came from before dropping, or allow it with a comment that says why.";
    return [lintFinding("downgrade-loses-data", { ...place, line: operation.line }, message, fix)];
  });
}

/** `op.bulk_insert(table, …)` and INSERT, UPDATE, COPY in SQL that is written out. */
function filledTables(operation: Operation): string[] {
  if (operation.name === "bulk_insert") {
    const [table] = operation.args;
    const name = table?.kind === "call" ? textOf(table.args[0]) : undefined;
    return name === undefined ? [] : [name];
  }
  const sql = operation.name === "execute" ? textOf(operation.args[0]) : undefined;
  const written = (sql ?? "").matchAll(
    /\b(?:insert\s+into|update(?:\s+only)?|copy)\s+(?:"?\w+"?\.)?"?(\w+)"?/gi,
  );
  return [...written].map((found) => found[1] ?? "");
}

/** What upgrade() makes and downgrade() does not take away; not asked where downgrade() does what cannot be read. */
function leftBehind(
  up: Operation[],
  down: Operation[],
  undone: string,
  at: Place & { line: number },
): LintFinding[] {
  const isReadable =
    down.length > 0 && down.every(({ name, args }) => name !== "execute" || textOf(args[0]) !== undefined);
  if (!isReadable) return [];
  const goneTables = new Set(
    down.filter(({ name }) => name === "drop_table").map((one) => textOf(argument(one, 0, "table_name"))),
  );
  const isGone = (name: string) => new RegExp(`(?<![\\w])${escapeForRegExp(name)}(?![\\w])`).test(undone);
  return madeBy(up).flatMap(({ what, name, table }) => {
    if (isGone(name) || (table !== undefined && goneTables.has(table))) return [];
    const fix =
      what === "type" ? `Drop it there: sa.Enum(name="${name}").drop(op.get_bind())` : "Drop it there too.";
    return [lintFinding("downgrade-incomplete", at, `downgrade() leaves the ${what} ${name} behind`, fix)];
  });
}

/** Every name and text in a function, whatever is done with it. */
function textIn({ body }: PythonFunction): string {
  return body.flatMap(({ tokens }) => tokens.map(({ text }) => text)).join(" ");
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

interface Made {
  what: "table" | "column" | "index" | "type" | "constraint";
  name: string;
  /** With it, this goes too. */
  table?: string;
}

function madeBy(up: Operation[]): Made[] {
  const dropped = new Set(
    up.filter(({ name }) => name === "drop_table").map((one) => textOf(argument(one, 0))),
  );
  return up.flatMap((operation): Made[] => {
    const table = textOf(argument(operation, 0, "table_name"));
    const enums = enumsAmong(operation.args).map((name): Made => ({ what: "type", name }));
    if (operation.name === "create_table" && table !== undefined)
      return dropped.has(table) ? [] : [{ what: "table", name: table }, ...enums];
    if (operation.name === "add_column" && table !== undefined) {
      const name = textOf(callsAmong(operation.args, "Column")[0]?.args[0]);
      return name === undefined ? enums : [{ what: "column", name, table }];
    }
    const name = textOf(argument(operation, 0, "index_name", "constraint_name"));
    const owner = textOf(argument(operation, 1, "table_name", "source_table"));
    if (name === undefined || owner === undefined) return [];
    if (operation.name === "create_index") return [{ what: "index", name, table: owner }];
    return /^create_(?:foreign_key|\w+_constraint)$/.test(operation.name)
      ? [{ what: "constraint", name, table: owner }]
      : [];
  });
}

/** Types that PostgreSQL makes for `sa.Enum(…, name=…)` along with a table, and keeps when the table is dropped. */
function enumsAmong(values: Value[]): string[] {
  return callsAmong(values, "Column").flatMap((column) =>
    callsAmong(column.args, "Enum", "ENUM").flatMap((type: Call) => {
      const isMade = type.keywords.get("create_type");
      const name = textOf(type.keywords.get("name"));
      const isText = type.keywords.get("native_enum");
      if (name === undefined || (isMade?.kind === "boolean" && !isMade.value)) return [];
      return isText?.kind === "boolean" && !isText.value ? [] : [name];
    }),
  );
}
