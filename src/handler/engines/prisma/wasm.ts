import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { unusable } from "../shared/files.js";
import type { AdapterFactory } from "./adapter.js";

const packageName = "@prisma/schema-engine-wasm";

/** The build that Prisma 7.10.0 pins, and that all of this is tested with. Each build is a release of its own, without ranges. */
export const testedVersion = "7.10.0-4.0edf323efd1d98336f3f0a68684b56f689b900d3";

/** What the engine is told of the migrations; it reads no files itself. */
export interface MigrationsList {
  baseDir: string;
  lockfile: { path: string; content: string | null };
  shadowDbInitScript: string;
  migrationDirectories: {
    path: string;
    migrationFile: { path: string; content: { tag: "ok"; value: string } };
  }[];
}

interface Filters {
  externalTables: string[];
  externalEnums: string[];
}

/** The part of Prisma's schema engine that is used here. What it answers is looked at where it matters. */
export interface SchemaEngine {
  applyMigrations(input: { migrationsList: MigrationsList; filters: Filters }): Promise<unknown>;
  markMigrationApplied(input: { migrationName: string; migrationsList: MigrationsList }): Promise<unknown>;
  markMigrationRolledBack(input: { migrationName: string }): Promise<unknown>;
  free(): void;
}

interface SchemaEngineClass {
  new: (options: object, log: (line: string) => void, adapter: AdapterFactory) => Promise<SchemaEngine>;
}

/** Loads WebAssembly of 5 MB, which takes some 25 ms, so only where something is to be written. */
export async function newEngine(adapter: AdapterFactory): Promise<SchemaEngine> {
  const loaded = await import("./instance.js").catch((error: unknown) => {
    throw isMissing(error) ? missing() : error;
  });
  // Its log has whole scripts; what happens is told in lines of our own.
  return (loaded.SchemaEngine as SchemaEngineClass).new({ datamodels: undefined }, () => {}, adapter);
}

/** Found out by every operation, so that nobody learns behind a snapshot that the engine was not deployed. */
export function engineProblems(): { code: string; message: string }[] {
  const version = installedVersion();
  if (version === testedVersion) return [];
  return [
    {
      code: "engine_version",
      message: `${packageName} is ${version}; this handler is tested with ${testedVersion}.`,
    },
  ];
}

function installedVersion(): string {
  try {
    const glue = createRequire(import.meta.url).resolve(`${packageName}/schema_engine_bg`);
    const manifest = readFileSync(new URL("package.json", `file://${glue}`), "utf8");
    return String((JSON.parse(manifest) as { version?: unknown }).version);
  } catch (error) {
    throw isMissing(error) ? missing() : error;
  }
}

function isMissing(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code);
  return ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED", "ENOENT"].includes(
    code,
  );
}

function missing() {
  return unusable(
    `Prisma's engine, ${packageName}, is not deployed with the function.`,
    `npm install --save-exact ${packageName}@${testedVersion}, and deploy it in node_modules: a bundler has to leave it out of the bundle.`,
  );
}
