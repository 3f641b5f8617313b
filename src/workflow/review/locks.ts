import { child, isOn, list, type Node, nameKey, nameParts, relation, relationKey } from "./ast.js";
import { type Finding, finding } from "./finding.js";
import type { Known } from "./known.js";
import { columnLocks } from "./lock-columns.js";

/** What a statement keeps others waiting for, by its kind. What this plan made itself is used by nobody yet. */
export const lockRules: Record<string, (node: Node, known: Known) => Iterable<Finding>> = {
  IndexStmt: (node, known) => {
    // On a partitioned table's ONLY it is an entry in the catalog; partitions follow one by one.
    const isParentOnly = child(node, "relation").inh !== true;
    if (node.concurrent === true || isParentOnly || isMade(node.relation, known)) return [];
    const table = relation(node.relation);
    const message = `index on ${table} blocks writes while it is built: CREATE INDEX CONCURRENTLY`;
    return [finding("index-without-concurrently", message)];
  },
  DropStmt: ({ removeType, concurrent, objects }, known) => {
    if (removeType !== "OBJECT_INDEX" || concurrent === true) return [];
    return list(objects)
      .map(nameParts)
      .filter((parts) => !known.made.has(nameKey(parts)))
      .map((parts) =>
        finding(
          "drop-index-without-concurrently",
          `dropping ${parts.join(".")} blocks reads and writes, and waits for whoever has begun: DROP INDEX CONCURRENTLY`,
        ),
      );
  },
  ReindexStmt: (node, known) => {
    if (isOn(node.params, "concurrently") || isMade(node.relation, known)) return [];
    const what = node.relation === undefined ? String(node.name ?? "the database") : relation(node.relation);
    const message = `reindexing ${what} blocks writes, and reads that use the index: REINDEX … CONCURRENTLY`;
    return [finding("reindex-without-concurrently", message)];
  },
  RefreshMatViewStmt: (node, known) => {
    if (node.concurrent === true || node.skipData === true || isMade(node.relation, known)) return [];
    const view = relation(node.relation);
    const message = `${view} cannot be read while it is computed: REFRESH … CONCURRENTLY (wants a unique index)`;
    return [finding("refresh-without-concurrently", message)];
  },
  AlterTableStmt: (node, known) => {
    const isTable = !["OBJECT_VIEW", "OBJECT_TYPE", "OBJECT_SEQUENCE"].includes(String(node.objtype));
    return isTable && !isMade(node.relation, known) ? columnLocks(node, known) : [];
  },
  AlterTableMoveAllStmt: (node) => [rewritten(`what stands in ${String(node.orig_tablespacename)}`, "moved")],
  ClusterStmt: (node, known) => {
    if (isMade(node.relation, known)) return [];
    const table = node.relation === undefined ? "every clustered table" : relation(node.relation);
    return [rewritten(table, "sorted")];
  },
  VacuumStmt: ({ options, rels }, known) => {
    if (!isOn(options, "full")) return [];
    const tables = list(rels).map((item) => child(item, "VacuumRelation").relation);
    if (tables.length === 0) return [rewritten("every table", "rewritten")];
    return tables
      .filter((table) => !isMade(table, known))
      .map((table) => rewritten(relation(table), "rewritten"));
  },
  LockStmt: ({ relations, mode }, known) => {
    // 5 is SHARE, the weakest that keeps writers out; 8 is ACCESS EXCLUSIVE, which keeps readers out as well.
    if (Number(mode) < 5) return [];
    const blocked = mode === 8 ? "reads and writes" : "writes";
    return list(relations)
      .filter((item) => !isMade(item.RangeVar, known))
      .map((item) => {
        const table = relation(item.RangeVar);
        const message = `${table} is closed to ${blocked} until the transaction ends: keep it short`;
        return finding("lock-table", message);
      });
  },
};

function isMade(relation: unknown, known: Known): boolean {
  return known.made.has(relationKey(relation));
}

function rewritten(what: string, how: string): Finding {
  return finding("rewrite-table", `${what} cannot be read or written while it is ${how}: a quiet hour`);
}
