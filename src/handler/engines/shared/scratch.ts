import { randomBytes } from "node:crypto";
import { serverError } from "../../database-error.js";
import { type Refusal, refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { SourceMigration } from "../parts.js";
import { quoted } from "./tables.js";

/** Makes a scratch database beside the session's own, gives it to `act`, and drops it whatever happens. */
export async function withScratch<T>(
  session: Session,
  migrations: SourceMigration[],
  open: (database: string) => Promise<Session>,
  act: (scratch: Session) => Promise<T>,
): Promise<T> {
  refuseReachingOut(migrations);
  const name = await createScratch(session);
  try {
    const scratch = await open(name);
    try {
      return await act(scratch);
    } finally {
      await scratch.close();
    }
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

export function ambiguous(message: string): Refusal {
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
