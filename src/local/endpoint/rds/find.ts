import type { KnownDatabase } from "../../rds/known.js";
import type { SnapshotRecord } from "../../rds/records.js";
import type { Rds } from "../../rds/service.js";
import { invalid } from "./parameters.js";
import { refusal, type Terms } from "./terms.js";

export function findDatabase(terms: Terms, rds: Rds, name: string): KnownDatabase {
  const [found, another] = rds
    .databases()
    .filter(({ kind, identifier }) => kind === terms.kind && identifier === name);
  if (!found) throw refusal(terms, "databaseNotFound", `${terms.database} ${name} not found.`);
  if (another) {
    throw invalid(
      `Two databases of this project are called ${name}: give the stages' \`database.${terms.kind}\` names of their own.`,
    );
  }
  return found;
}

export function findSnapshot(terms: Terms, rds: Rds, name: string): SnapshotRecord {
  const found = rds.snapshots().find(({ kind, identifier }) => kind === terms.kind && identifier === name);
  if (!found) throw refusal(terms, "snapshotNotFound", `${terms.snapshot} ${name} not found.`);
  return found;
}
