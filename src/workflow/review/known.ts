import { isUnqualified } from "./ast.js";
import type { SqlType } from "./types.js";

/**
 * What the plan itself has made so far, by keys of `relationKey`: nobody uses it yet, and its types are known. The review of one plan owns
 * one and carries it from statement to statement.
 */
export interface Known {
  /** Tables, their indexes, materialized views. `filled`: rows were put in. */
  made: Map<string, { filled: boolean; temporary: boolean }>;
  /** Types of columns that the plan added or changed, by `[table, column]`. */
  columns: Map<string, SqlType>;
  /** Those of them that the plan added: what a statement writes there overwrites nothing of before. By `[table, column]`. */
  fresh: Set<string>;
  /** CHECK (column IS NOT NULL) by `[table, constraint]`. */
  proofs: Map<string, { column: string; valid: boolean }>;
  /** Constraints that this migration added NOT VALID, by `[table, constraint]`; empty where there is no transaction around it. */
  added: Set<string>;
  /** A search_path was set: names without a schema mean something else from here on. */
  pathChanged: boolean;
}

export function nothingKnown(): Known {
  return {
    made: new Map(),
    columns: new Map(),
    fresh: new Set(),
    proofs: new Map(),
    added: new Set(),
    pathChanged: false,
  };
}

export function partKey(table: string, part: unknown): string {
  return JSON.stringify([table, part]);
}

/** Between two migrations: temporary tables end, locks are given back, and the search_path may be the old one again. */
export function beginMigration(known: Known): void {
  known.added.clear();
  for (const [key, { temporary }] of known.made) if (temporary) forgetTable(known, key);
  if (known.pathChanged) forgetUnqualified(known);
  known.pathChanged = false;
}

export function forgetColumn(known: Known, key: string): void {
  known.columns.delete(key);
  known.fresh.delete(key);
}

export function forgetTable(known: Known, table: string): void {
  known.made.delete(table);
  for (const parts of [known.columns, known.fresh, known.proofs]) {
    for (const key of parts.keys()) if (JSON.parse(key)[0] === table) parts.delete(key);
  }
}

/** The search_path changed: which table a bare name means is not known any more. */
export function forgetUnqualified(known: Known): void {
  known.pathChanged = true;
  const tables = [...known.columns.keys(), ...known.proofs.keys()].map((key) => String(JSON.parse(key)[0]));
  for (const table of new Set([...known.made.keys(), ...tables])) {
    if (isUnqualified(table)) forgetTable(known, table);
  }
}

export function forgetAll(known: Known): void {
  for (const parts of [known.made, known.columns, known.fresh, known.proofs, known.added]) parts.clear();
}

/** Something ran that nobody could read: it may have put rows anywhere. */
export function distrust(known: Known): void {
  for (const table of known.made.values()) table.filled = true;
  forgetUnqualified(known);
  known.columns.clear();
  known.fresh.clear();
  known.proofs.clear();
}
