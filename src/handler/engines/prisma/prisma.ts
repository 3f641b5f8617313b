import type { Session } from "../../session.js";
import type { Engine } from "../engine.js";
import { recognise } from "../shared/recognise.js";
import { hasTables } from "../shared/tables.js";
import { applyMigration } from "./apply.js";
import { refuseImpossible } from "./failure.js";
import { historyTable, readHistory } from "./history.js";
import { refuseWhereHeld } from "./prisma-lock.js";
import { replay } from "./replay.js";
import { resolveFailed } from "./resolve-failed.js";
import { rewriteHistory } from "./rewrite.js";
import { readScript } from "./script.js";
import { readMigrations } from "./source.js";
import { engineProblems } from "./wasm.js";

export interface PrismaOptions {
  /**
   * Prisma's folder of migrations, deployed with the function. Default `prisma/migrations`. A relative path counts from the function's root
   * (`LAMBDA_TASK_ROOT`), else from the working directory. A migration's folder is its revision; names give the order.
   */
  directory?: string | URL;
  /** The database's schema that Prisma works in. Default: the `schema` of the database's URL, as Prisma has it there, else `public`. */
  schema?: string;
}

/**
 * The engine for Prisma Migrate: Prisma's own schema engine, as WebAssembly (`@prisma/schema-engine-wasm`, an optional peer dependency), over the
 * handler's one connection. `_prisma_migrations` is written as `prisma migrate deploy` writes it, so that Prisma's command line goes on working.
 */
export function prisma(options: PrismaOptions = {}): Engine {
  const { directory = "prisma/migrations" } = options;
  const schemaOf = ({ connection }: Session) => options.schema ?? connection.schema ?? "public";
  const tableOf = (session: Session) => historyTable(schemaOf(session));
  return {
    name: "prisma",
    parts: {
      // As Prisma does.
      outOfOrder: "apply",
      source: async () => {
        const problems = engineProblems();
        const source = await readMigrations(directory);
        return { ...source, problems: [...source.problems, ...problems] };
      },
      history: (session) => readHistory(session, tableOf(session)),
      hasTables: (session) => hasTables(session, tableOf(session), schemaOf(session)),
      refuseCompany: refuseWhereHeld,
      check: (plan) => {
        for (const migration of plan) refuseImpossible(migration, readScript(migration.sql));
      },
      apply: (session, migration, context) => applyMigration(session, schemaOf(session), migration, context),
      rewriteHistory: (session, change, context, alongside) =>
        rewriteHistory(session, schemaOf(session), change, context, alongside),
      recognise: async (session, source, standing, open) => {
        const schema = schemaOf(session);
        const surroundings = {
          table: historyTable(schema),
          open,
          execute: (scratch: Session, migration: Parameters<typeof replay>[2]) =>
            replay(scratch, schema, migration),
        };
        if (standing.failed.length > 0) return resolveFailed(session, source, standing, surroundings);
        return { record: await recognise(session, source, surroundings), remove: [] };
      },
    },
  };
}
