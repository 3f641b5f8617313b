import type { MigrationEntry } from "../../contract/report.js";
import type { HistoryChange, SourceMigration } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import type { Overview } from "../look.js";
import { type Assessment, isSource } from "../state.js";
import type { Work } from "../work.js";
import type { Notes } from "./act.js";

/** What history would have to say, found out from the schema itself. Throws a `Refusal` where the schema does not say. */
export async function recognised(
  { engine, session, source, log, open }: Work,
  { applied, failed }: Assessment,
): Promise<HistoryChange> {
  engine.parts.check(source.migrations);
  log("info", "history_compared", `Comparing the schema with ${source.migrations.length} migrations...`);
  const standing = { applied: applied.map(({ row }) => row.revision), failed: failed.map(({ row }) => row) };
  return engine.parts.recognise(session, source, standing, (database) => open({ database }));
}

/** What makes history say exactly the revisions up to `revision`. What it says already is left as it is. */
export function changeUpTo({ source }: Work, { assessment }: Overview, revision: string): HistoryChange {
  const last = source.migrations.findIndex((migration) => migration.revision === revision);
  const wanted = source.migrations.slice(0, last + 1);
  const rows = new Map(assessment.applied.map(({ row }) => [row.revision, row]));
  const failed = assessment.failed.map(({ row }) => row.revision);
  const keep = new Set(wanted.map((migration) => migration.revision));
  return {
    record: wanted.filter((migration) => !isSource(rows.get(migration.revision)?.checksum, migration)),
    remove: [...rows.keys(), ...failed].filter((name) => !keep.has(name)),
  };
}

export function isNothing({ record, remove }: HistoryChange): boolean {
  return record.length + remove.length === 0;
}

/** Writes history, all or nothing. */
export async function rewrite(work: Work, lock: Lock, change: HistoryChange, notes: Notes): Promise<void> {
  const { engine, session, log, runId } = work;
  await engine.parts.rewriteHistory(session, change, { lock, runId }, notes.repaired);
  for (const { revision } of change.record)
    log("info", "history_recorded", `Recorded ${revision}`, { revision });
  for (const revision of change.remove) log("info", "history_removed", `Removed ${revision}`, { revision });
}

export function changeEntries({ record, remove }: HistoryChange): MigrationEntry[] {
  return [
    ...record.map(recordedEntry),
    ...remove.map((revision): MigrationEntry => ({ revision, status: "removed" })),
  ];
}

function recordedEntry({ revision, checksum }: SourceMigration): MigrationEntry {
  return { revision, status: "recorded", checksum };
}
