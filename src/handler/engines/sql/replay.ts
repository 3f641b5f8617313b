import type { Session } from "../../session.js";
import type { SourceMigration } from "../parts.js";
import { splitStatements } from "../shared/statements.js";

/** Executes a migration as a run would, without history. */
export async function replay(scratch: Session, migration: SourceMigration): Promise<void> {
  const statements = splitStatements(migration.sql);
  const texts = migration.transactional
    ? ["BEGIN", migration.sql, "COMMIT"]
    : statements.map(({ text }) => text);
  for (const text of statements.length === 0 ? [] : texts) await scratch.execute(text);
  await scratch.execute("RESET SESSION AUTHORIZATION; RESET search_path");
}
