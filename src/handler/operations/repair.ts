import type { MigrationEntry } from "../../contract/report.js";
import type { SourceMigration } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import type { Overview } from "../look.js";
import type { Work } from "../work.js";

/** Writes into history what the schema itself says. Returns what was recorded; throws a `Refusal` where the schema does not say. */
export async function recordRecognised(work: Work, lock: Lock): Promise<MigrationEntry[]> {
  const { engine, session, source, log, runId } = work;
  engine.parts.check(source.migrations);
  log("info", "history_compared", `Comparing the schema with ${source.migrations.length} migrations...`);
  const recognised = await engine.parts.recognise(session, source, (database) => work.open({ database }));
  await engine.parts.rewriteHistory(session, { record: recognised, remove: [] }, { lock, runId });
  return recognised.map((migration) => {
    log("info", "history_recorded", `Recorded ${migration.revision}`, { revision: migration.revision });
    return recordedEntry(migration);
  });
}

/** Makes history say exactly the revisions up to `revision`. What it says already is left as it is. */
export async function recordUpTo(
  work: Work,
  lock: Lock,
  overview: Overview,
  revision: string,
): Promise<MigrationEntry[]> {
  const { engine, session, source, log, runId } = work;
  const last = source.migrations.findIndex((migration) => migration.revision === revision);
  const wanted = source.migrations.slice(0, last + 1);
  const rows = new Map(overview.assessment.applied.map(({ row }) => [row.revision, row]));
  const record = wanted.filter((migration) => rows.get(migration.revision)?.checksum !== migration.checksum);
  const keep = new Set(wanted.map((migration) => migration.revision));
  const remove = [...rows.keys()].filter((name) => !keep.has(name));
  if (record.length + remove.length === 0) return [];
  await engine.parts.rewriteHistory(session, { record, remove }, { lock, runId });
  for (const migration of record)
    log("info", "history_recorded", `Recorded ${migration.revision}`, { revision: migration.revision });
  for (const name of remove) log("info", "history_removed", `Removed ${name}`, { revision: name });
  return [
    ...record.map(recordedEntry),
    ...remove.map((name): MigrationEntry => ({ revision: name, status: "removed" })),
  ];
}

function recordedEntry({ revision, checksum }: SourceMigration): MigrationEntry {
  return { revision, status: "recorded", checksum };
}
