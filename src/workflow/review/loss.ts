import type { RuleName } from "../../contract/rules.js";
import { isUnbounded } from "./always-true.js";
import { child, list, type Node, nameParts, relation, relationKey } from "./ast.js";
import { type Finding, finding, unchecked } from "./finding.js";
import { type Known, partKey } from "./known.js";
import { columnLosses } from "./loss-columns.js";

/** What a statement destroys, by its kind. */
export const lossRules: Record<string, (node: Node, known: Known) => Iterable<Finding>> = {
  DropStmt: dropped,
  DropdbStmt: ({ dbname }) => [finding("drop-database", `drops database ${String(dbname)}`)],
  DropOwnedStmt: ({ roles }) =>
    list(roles).map((role) => {
      const { rolename = "the current role" } = child(role, "RoleSpec");
      return finding("drop-object", `drops whatever ${String(rolename)} owns`);
    }),
  AlterTableStmt: columnLosses,
  TruncateStmt: ({ relations, behavior }) =>
    list(relations).map((item) =>
      finding(
        "truncate",
        `empties ${relation(item.RangeVar)}${behavior === "DROP_CASCADE" ? " and what refers to it" : ""}`,
      ),
    ),
  DeleteStmt: (node) =>
    isUnbounded(node.whereClause)
      ? [finding("delete-all", `deletes every row of ${relation(node.relation)}`)]
      : [],
  UpdateStmt: (node, known) =>
    isUnbounded(node.whereClause) && !isBackfill(node, known)
      ? [finding("update-all", `overwrites every row of ${relation(node.relation)}`)]
      : [],
  MergeStmt: merged,
  DoStmt: () => [unchecked("a DO block makes its statements as it goes")],
  CallStmt: () => [unchecked("a procedure that is called does what it likes")],
  // Then a backslash hides a quote, and where a statement ends is not what the parser thinks.
  VariableSetStmt: ({ name, args }) =>
    name === "standard_conforming_strings" && !/"(on|true|yes|1)"/i.test(JSON.stringify(args ?? ""))
      ? [unchecked("it changes how strings are read (standard_conforming_strings)")]
      : [],
};

/** Every column that is written was added by the plan, so nothing stood there. */
function isBackfill({ relation: table, targetList }: Node, { fresh }: Known): boolean {
  const columns = list(targetList).map((item) => child(item, "ResTarget").name);
  return columns.length > 0 && columns.every((column) => fresh.has(partKey(relationKey(table), column)));
}

/** What holds no data: it can be made again from its definition. */
const harmless = new Set(
  `AGGREGATE CAST COLLATION CONVERSION EVENT_TRIGGER FUNCTION INDEX OPCLASS OPERATOR OPFAMILY POLICY PROCEDURE PUBLICATION ROUTINE
  RULE STATISTIC_EXT TRANSFORM TRIGGER TSCONFIGURATION TSDICTIONARY TSPARSER TSTEMPLATE VIEW`.split(/\s+/),
);

const dropRules: Record<string, RuleName> = {
  TABLE: "drop-table",
  FOREIGN_TABLE: "drop-table",
  SCHEMA: "drop-schema",
};

const nouns: Record<string, string> = { MATVIEW: "materialized view" };

function* dropped(node: Node): Generator<Finding> {
  const type = String(node.removeType).replace(/^OBJECT_/, "");
  const cascades = node.behavior === "DROP_CASCADE";
  // Without CASCADE PostgreSQL itself refuses to drop what anything depends on.
  if (harmless.has(type) && !cascades) return;
  const noun = nouns[type] ?? type.toLowerCase().replaceAll("_", " ");
  for (const object of list(node.objects)) {
    const what = `drops ${noun} ${nameParts(object).join(".") || "?"}`;
    yield finding(dropRules[type] ?? "drop-object", cascades ? `${what} and what depends on it` : what);
  }
}

/** An action without a condition of its own does as much as the join lets it; WHEN NOT MATCHED BY SOURCE reaches all others. */
function* merged(node: Node): Generator<Finding> {
  for (const item of list(node.mergeWhenClauses)) {
    const { commandType, condition, matchKind } = child(item, "MergeWhenClause");
    const reach = matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE" ? undefined : node.joinCondition;
    if (!isUnbounded(condition) || !isUnbounded(reach)) continue;
    const rows = reach === undefined ? "every row that the source does not name" : "every row";
    const of = `${rows} of ${relation(node.relation)}`;
    if (commandType === "CMD_DELETE") yield finding("delete-all", `deletes ${of}`);
    if (commandType === "CMD_UPDATE") yield finding("update-all", `overwrites ${of}`);
  }
}
