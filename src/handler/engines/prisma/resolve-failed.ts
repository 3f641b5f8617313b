import { differences, readFingerprint } from "../../../contract/sql/fingerprint.js";
import { boundedText } from "../../database-error.js";
import { refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { FailedRow, HistoryChange, Source, SourceMigration, Standing } from "../parts.js";
import { type Surroundings, whyNot } from "../shared/recognise.js";
import { ambiguous, withScratch } from "../shared/scratch.js";
import { isAtomic, readScript, runsOwnCode } from "./script.js";

/**
 * Finds out whether a failed migration is wholly there or not at all: the migrations before it are replayed in a scratch database, then it
 * itself, and the schema is compared with both. Anything in between is refused, and both ways are named.
 */
export async function resolveFailed(
  session: Session,
  source: Source,
  { applied, failed: [failed, ...others] }: Standing,
  surroundings: Surroundings,
): Promise<HistoryChange> {
  const migration = source.migrations.find(({ revision }) => revision === failed?.revision);
  if (failed === undefined || migration === undefined || others.length > 0)
    throw cannotCompare([failed, ...others], migration);
  const before = source.migrations.filter(({ revision }) => applied.includes(revision));
  const found = await compare(session, before, migration, surroundings);
  const verdict = judge(found, migration, failed);
  if (verdict === "applied") return { record: [migration], remove: [] };
  if (verdict === "rolled-back") return { record: [], remove: [migration.revision] };
  const previous = before.findLast(({ revision }) => source.compare(revision, migration.revision) < 0);
  throw undecided(migration, previous, verdict.why);
}

interface Found {
  /** What the database has otherwise than a database without the migration, and than one with it. */
  without: string[];
  with: string[] | undefined;
}

async function compare(
  session: Session,
  before: SourceMigration[],
  migration: SourceMigration,
  { table, open, execute }: Surroundings,
): Promise<Found> {
  const actual = await readFingerprint(session, table);
  return withScratch(session, [...before, migration], open, async (scratch) => {
    for (const one of before) {
      const why = await whyNot(() => execute(scratch, one));
      if (why !== undefined) throw ambiguous(`${one.revision} cannot be replayed: ${why}.`);
    }
    const without = differences(actual, await readFingerprint(scratch, table));
    const stopped = await whyNot(() => execute(scratch, migration));
    if (stopped !== undefined) return { without, with: undefined };
    return { without, with: differences(actual, await readFingerprint(scratch, table)) };
  });
}

type Verdict = "applied" | "rolled-back" | { why: string };

function judge(found: Found, migration: SourceMigration, failed: FailedRow): Verdict {
  const { revision } = migration;
  const isWithout = found.without.length === 0;
  const isWith = found.with?.length === 0;
  const { kind, statements } = readScript(migration.sql);
  if (!isWithout && !isWith) {
    const [nearer, other] =
      found.with !== undefined && found.with.length < found.without.length
        ? [found.with, "the database with it"]
        : [found.without, "the database without it"];
    const more = nearer.length > 5 ? ` and ${nearer.length - 5} more` : "";
    return {
      why: `Part of ${revision} stands, or somebody changed the schema by hand: compared with ${other}, ${boundedText(nearer.slice(0, 5).join(", "), 1000)}${more}.`,
    };
  }
  if (!isAtomic(kind) && (statements.length > 1 || statements.some(runsOwnCode))) {
    return {
      why: `${revision} does not run in one transaction, so the schema does not tell what became of its data.`,
    };
  }
  if (!isWithout) return "applied";
  const changesSchema = found.with !== undefined && !isWith;
  // Where an error was recorded the script had ended with it, and with the script its transaction.
  if (changesSchema || failed.reason !== undefined) return "rolled-back";
  return { why: `${revision} changes no schema, so nothing tells whether it is applied.` };
}

function cannotCompare(failed: (FailedRow | undefined)[], migration: SourceMigration | undefined) {
  const names = failed.flatMap((row) => (row === undefined ? [] : [row.revision]));
  const why =
    names.length > 1
      ? `Several migrations failed: ${names.join(", ")}.`
      : migration === undefined
        ? `The deployed function does not have ${names[0]}, which failed.`
        : "";
  return refusal("history_ambiguous", `${why} Nothing was changed.`, {
    hint: "Find out which revision the database has, then say so: migrate-remote fix-history --revision REV",
  });
}

function undecided({ revision }: SourceMigration, previous: SourceMigration | undefined, why: string) {
  const undo =
    previous === undefined
      ? `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${revision}' AND finished_at IS NULL`
      : `migrate-remote fix-history --revision ${previous.revision}`;
  return refusal("history_ambiguous", `${why} Nothing was changed.`, {
    revision,
    hint: `Where it is wholly applied, or you finish it by hand: migrate-remote fix-history --revision ${revision}. Where nothing of it is there, or you undo it: ${undo}`,
  });
}
