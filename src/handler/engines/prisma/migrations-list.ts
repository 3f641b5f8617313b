import type { SourceMigration } from "../parts.js";
import type { MigrationsList } from "./wasm.js";

/** Migrations as the engine takes them; their provider has been looked at. */
export function migrationsList(migrations: SourceMigration[]): MigrationsList {
  return {
    baseDir: "migrations",
    lockfile: { path: "migration_lock.toml", content: null },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ revision, sql }) => ({
      path: revision,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

export const noFilters = { externalTables: [], externalEnums: [] };
