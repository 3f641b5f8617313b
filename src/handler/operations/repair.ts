import type { MigrationEntry } from "../../contract/report.js";
import type { HistoryChange, Source, SourceMigration } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import { type Assessment, assess } from "../state.js";
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

/**
 * What makes history say exactly the revisions up to `revision`. A row that stays is left as it is, also where its file was changed since:
 * what was applied is what the row says.
 */
export function changeUpTo(source: Source, assessment: Assessment, revision: string): HistoryChange {
  const last = source.migrations.findIndex((migration) => migration.revision === revision);
  const wanted = source.migrations.slice(0, last + 1);
  const rows = new Set(assessment.applied.map(({ row }) => row.revision));
  const failed = assessment.failed.map(({ row }) => row.revision);
  const keep = new Set(wanted.map((migration) => migration.revision));
  return {
    record: wanted.filter(({ revision: name }) => !rows.has(name)),
    remove: [...rows, ...failed].filter((name) => !keep.has(name)),
  };
}

/** The database as it will be once history is repaired. */
export function repaired({ source }: Work, assessment: Assessment, change: HistoryChange): Assessment {
  if (isNothing(change)) return assessment;
  const changed = new Set([...change.remove, ...change.record.map(({ revision }) => revision)]);
  const kept = <Row extends { revision: string }>(rows: { row: Row }[]) =>
    rows.map(({ row }) => row).filter(({ revision }) => !changed.has(revision));
  const rows = [...kept(assessment.applied), ...change.record];
  return assess(source, { kind: "rows", rows, failed: kept(assessment.failed) }, true);
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
