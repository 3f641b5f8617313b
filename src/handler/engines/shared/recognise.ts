import {
  differences,
  type Fingerprint,
  readFingerprint,
  type TableName,
} from "../../../contract/sql/fingerprint.js";
import { boundedText, isConnectionLost, serverError } from "../../database-error.js";
import type { Refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { Source, SourceMigration } from "../parts.js";
import { ambiguous, withScratch } from "./scratch.js";

export interface Surroundings {
  table: TableName;
  open: (database: string) => Promise<Session>;
  /** Executes a migration in the scratch database just as the engine would. */
  execute: (scratch: Session, migration: SourceMigration) => Promise<void>;
}

/**
 * Replays the migrations one by one in a scratch database of the same server and compares schemas after each. The database itself is only
 * read. Exactly one prefix must give its schema; whatever else is found is refused, never guessed at.
 */
export async function recognise(
  session: Session,
  source: Source,
  surroundings: Surroundings,
): Promise<SourceMigration[]> {
  const { migrations } = source;
  const actual = await readFingerprint(session, surroundings.table);
  const steps = await withScratch(session, migrations, surroundings.open, (scratch) =>
    replay(scratch, migrations, surroundings, actual),
  );
  return choose(migrations, steps);
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
  { table, execute }: Surroundings,
  actual: Fingerprint,
): Promise<Replay> {
  const steps: string[][] = [];
  for (const migration of migrations) {
    const failed = await whyNot(() => execute(scratch, migration));
    if (failed !== undefined)
      return { steps, stopped: `${migration.revision} cannot be replayed: ${failed}` };
    steps.push(differences(actual, await readFingerprint(scratch, table)));
  }
  return { steps };
}

/** What PostgreSQL says against it; undefined where it went well. */
export async function whyNot(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
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
