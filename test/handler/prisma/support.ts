import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type HandlerOptions, type PrismaOptions, prisma } from "../../../src/handler/index.js";
import { type FarSide, farSide } from "../../support/far-side.js";
import { rowsOf } from "../../support/postgres.js";
import { prisma as prismaProject } from "../../support/project-kinds.js";

/** A real project's migrations; see its README for nothing more than this. */
export const projectFolder = fileURLToPath(new URL("../../fixtures/projects/prisma/", import.meta.url));

export const projectRevisions = prismaProject.revisions;

export interface Migrations {
  folder: string;
  write(migrations: Record<string, string>): void;
  remove(...revisions: string[]): void;
}

/** A folder of migrations of the test's own. */
export function migrationsFolder(migrations: Record<string, string>): Migrations {
  const folder = mkdtempSync(join(tmpdir(), "migrate-remote-prisma-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (more: Record<string, string>) => {
    for (const [revision, sql] of Object.entries(more)) {
      mkdirSync(join(folder, revision), { recursive: true });
      writeFileSync(join(folder, revision, "migration.sql"), sql);
    }
  };
  writeFileSync(join(folder, "migration_lock.toml"), 'provider = "postgresql"\n');
  write(migrations);
  return {
    folder,
    write,
    remove: (...revisions) => {
      for (const revision of revisions) rmSync(join(folder, revision), { recursive: true });
    },
  };
}

/** The project's folder, for changing it. */
export function copyOfProject(): Migrations {
  const migrations = migrationsFolder({});
  cpSync(join(projectFolder, "prisma/migrations"), migrations.folder, { recursive: true });
  return migrations;
}

export function prismaSide(
  database: NonNullable<HandlerOptions["database"]>,
  { folder }: Pick<Migrations, "folder">,
  how: PrismaOptions = {},
  options: Partial<HandlerOptions> = {},
): FarSide {
  return farSide(database, {}, { engine: prisma({ directory: folder, ...how }), ...options });
}

export interface PrismaRow {
  id: string;
  checksum: string;
  finished_at: Date | null;
  migration_name: string;
  logs: string | null;
  rolled_back_at: Date | null;
  started_at: Date;
  applied_steps_count: number;
}

/** Prisma's own table, in the order in which it was written. */
export function prismaRows(url: string, schema = "public"): Promise<PrismaRow[]> {
  return rowsOf<PrismaRow>(
    url,
    `SELECT * FROM "${schema}"._prisma_migrations ORDER BY started_at, migration_name`,
  );
}
