import type { Session } from "../../session.js";
import type { SourceMigration } from "../parts.js";
import { splitStatements } from "../shared/statements.js";
import { quoted } from "../shared/tables.js";
import { useSchema } from "./engine.js";

/** Executes a migration as a run would, without history. */
export async function replay(scratch: Session, schema: string, migration: SourceMigration): Promise<void> {
  if (schema !== "public") await scratch.execute(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
  await useSchema(scratch, schema);
  if (splitStatements(migration.sql).length > 0) await scratch.execute(migration.sql.replace(/^\ufeff/, ""));
  if (scratch.transactionStatus() !== "I") await scratch.execute("ROLLBACK");
  await scratch.execute("RESET SESSION AUTHORIZATION; RESET ROLE; RESET search_path");
}
