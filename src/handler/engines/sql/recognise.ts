import { randomBytes } from "node:crypto";
import { boundedText, isConnectionLost, serverError } from "../../database-error.js";
import { type Refusal, refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { Source, SourceMigration } from "../parts.js";
import { differences, type Fingerprint, readFingerprint } from "./fingerprint.js";
import { type HistoryTable, quoted } from "./history-table.js";
import { splitStatements } from "./statements.js";

interface Surroundings {
  table: HistoryTable;
  open: (database: string) => Promise<Session>;
}

/**
 * Replays the migrations one by one in a scratch database of the same server and compares schemas after each. The database itself is only
 * read. Exactly one prefix must give its schema; whatever else is found is refused, never guessed at.
 */
export async function recognise(
  session: Session,
  source: Source,
  { table, open }: Surroundings,
): Promise<SourceMigration[]> {
  refuseReachingOut(source.migrations);
  const actual = await readFingerprint(session, table);
  const name = await createScratch(session);
  try {
    const steps = await replay(await open(name), source.migrations, table, actual);
    return choose(source.migrations, steps);
  } finally {
    await dropScratch(session, name);
  }
}

async function dropScratch(session: Session, name: string): Promise<void> {
  try {
    await session.query(`DROP DATABASE ${quoted(name)}`);
  } catch {
    throw refusal(
      "internal_error",
      `The scratch database ${name} could not be dropped again. History was not changed.`,
      {
        hint: `Drop it by hand: DROP DATABASE ${quoted(name)}`,
      },
    );
  }
}

interface Replay {
  /** For each migration replayed, what the database has otherwise. Empty: the same schema. */
  steps: string[][];
  /** Why the replay ended early. */
  stopped?: string;
}

async function replay(
  scratch: Session,
  migrations: SourceMigration[],
  table: HistoryTable,
  actual: Fingerprint,
): Promise<Replay> {
  const steps: string[][] = [];
  try {
    for (const migration of migrations) {
      const failed = await execute(scratch, migration);
      if (failed !== undefined)
        return { steps, stopped: `${migration.revision} cannot be replayed: ${failed}` };
      steps.push(differences(actual, await readFingerprint(scratch, table)));
    }
    return { steps };
  } finally {
    await scratch.close();
  }
}

async function execute(scratch: Session, migration: SourceMigration): Promise<string | undefined> {
  const statements = splitStatements(migration.sql);
  const texts = migration.transactional
    ? ["BEGIN", migration.sql, "COMMIT"]
    : statements.map(({ text }) => text);
  try {
    for (const text of statements.length === 0 ? [] : texts) await scratch.execute(text);
    await scratch.execute("RESET SESSION AUTHORIZATION; RESET search_path");
    return undefined;
  } catch (error) {
    const server = serverError(error);
    if (server === undefined || isConnectionLost(error)) throw error;
    return server.message;
  }
}

function choose(migrations: SourceMigration[], { steps, stopped }: Replay): SourceMigration[] {
  const matching = steps.flatMap((step, index) => (step.length === 0 ? [index] : []));
  const [only] = matching;
  if (only === undefined) throw noneMatches(migrations, steps, stopped);
  if (matching.length > 1) throw severalMatch(matching.map((index) => migrations[index]?.revision ?? ""));
  // What was not replayed might have given the same schema too: a migration of data only.
  if (stopped !== undefined && only === steps.length - 1) {
    throw ambiguous(
      `The schema is that of ${migrations[only]?.revision}, but it is not known whether what follows is applied as well: ${stopped}.`,
    );
  }
  return migrations.slice(0, only + 1);
}

function noneMatches(migrations: SourceMigration[], steps: string[][], stopped?: string): Refusal {
  const nearest = steps.reduce(
    (best, step, index) => (step.length < (steps[best]?.length ?? 0) ? index : best),
    0,
  );
  const differing = steps[nearest] ?? [];
  const more = differing.length > 5 ? ` and ${differing.length - 5} more` : "";
  const near =
    differing.length === 0
      ? ""
      : ` Nearest is ${migrations[nearest]?.revision}; there ${boundedText(differing.slice(0, 5).join(", "), 1000)}${more}.`;
  const ended = stopped === undefined ? "" : ` Only part of the migrations could be compared: ${stopped}.`;
  return ambiguous(`The database has the schema of no revision.${near}${ended}`);
}

function severalMatch(revisions: string[]): Refusal {
  const shown = revisions.slice(0, 5).join(", ");
  return ambiguous(
    `The database has the schema of several revisions (${shown}${revisions.length > 5 ? " …" : ""}): those between them change no schema, so nothing tells which of them are applied.`,
  );
}

function ambiguous(message: string): Refusal {
  return refusal("history_ambiguous", `${message} Nothing was changed.`, {
    hint: "Find out which revision the database has, then say so: migrate-remote fix-history --revision REV",
  });
}

const reachesOut =
  /\b(?:create|alter|drop)\s+(?:role|user|group|database|tablespace|subscription|server)\b|\balter\s+system\b|\b(?:to|from)\s+program\b|\bdblink|\bpg_terminate_backend|\blambda\.?_?invoke/i;

/** Roles and other databases belong to the whole server: there a replay would be the real thing. */
function refuseReachingOut(migrations: SourceMigration[]): void {
  const found = migrations.find(({ sql }) => reachesOut.test(sql));
  if (found === undefined) return;
  const what = reachesOut.exec(found.sql)?.[0].replace(/\s+/g, " ").toUpperCase() ?? "";
  throw ambiguous(
    `${found.revision} reaches beyond its database (${what}), so the migrations cannot be tried in a scratch database.`,
  );
}

async function createScratch(session: Session): Promise<string> {
  const name = `migrate_remote_scratch_${randomBytes(6).toString("hex")}`;
  const [like] = await session.query<{ encoding: string; collate: string; ctype: string }>(
    "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype " +
      "FROM pg_catalog.pg_database WHERE datname = current_database()",
  );
  const literal = (text = "") => `'${text.replaceAll("'", "''")}'`;
  try {
    await session.query(
      `CREATE DATABASE ${quoted(name)} TEMPLATE template0 ENCODING ${literal(like?.encoding)} ` +
        `LC_COLLATE ${literal(like?.collate)} LC_CTYPE ${literal(like?.ctype)}`,
    );
    return name;
  } catch (error) {
    if (serverError(error)?.sqlstate !== "42501") throw error;
    throw refusal(
      "permission_denied",
      "Finding the revision needs a scratch database, and the function's user may not create one. Nothing was changed.",
      {
        sqlstate: "42501",
        hint: "Say which revision the database has: migrate-remote fix-history --revision REV. Or grant the user CREATEDB.",
      },
    );
  }
}
