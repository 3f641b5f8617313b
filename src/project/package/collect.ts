import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { PackageConfig } from "../../config/package.js";
import { Failure } from "../../contract/failure.js";
import { matcher } from "./glob.js";
import { holdsPrivateKey, type LeftOut, type LeftOutReason, leftOutByName } from "./left-out.js";

/** A file that goes into the zip. */
export interface SourceFile {
  /** Where it stands in the zip. */
  path: string;
  /** Where it is here, absolute. */
  file: string;
  bytes: number;
  executable: boolean;
}

export interface Collected {
  /** By path, in the order of their UTF-16 code units: the same on every machine. */
  files: SourceFile[];
  leftOut: LeftOut[];
}

/** Lambda's limit for code with its layers, unpacked. */
const mostBytes = 262_144_000;
/** A zip without the 64-bit extension has no more. */
const mostFiles = 65_535;

/** Finds what `package` means. Links are followed, as they are by whoever zips a folder by hand. `folder`: the configuration's; `except`: the zip that is to be written. */
export async function collectFiles(
  wanted: PackageConfig,
  folder: string,
  except?: string,
): Promise<Collected> {
  const isExcluded = matcher(wanted.exclude ?? []);
  const files = new Map<string, SourceFile>();
  const leftOut: LeftOut[] = [];
  let bytes = 0;

  const leave = (path: string, reason: LeftOutReason) => void leftOut.push({ path, reason });

  async function visit(path: string, file: string, above: readonly string[]): Promise<void> {
    const reason = leftOutByName(basename(file)) ?? leftOutByName(basename(path));
    if (reason !== undefined) return leave(path, reason);
    if (isExcluded(path) || file === except) return leave(path, "excluded");
    const stats = await statsOf(file);
    if (stats === undefined) return leave(path, "broken_link");
    if (stats.isDirectory()) return enter(path, file, above);
    if (!stats.isFile()) return leave(path, "no_file");
    if (leftOutByName(basename(await realpath(file))) === "secret") return leave(path, "secret");
    if (await holdsPrivateKey(file)) return leave(path, "secret");
    const other = files.get(path);
    if (other !== undefined) throw twice(path, other.file, file);
    bytes += stats.size;
    files.set(path, { path, file, bytes: stats.size, executable: (stats.mode & 0o111) !== 0 });
    if (bytes > mostBytes) throw tooLarge();
    if (files.size > mostFiles) throw tooMany();
  }

  async function enter(path: string, directory: string, above: readonly string[]): Promise<void> {
    const real = await realpath(directory);
    if (above.includes(real)) return leave(path, "link_to_itself");
    for (const name of (await readdir(directory)).sort()) {
      await visit(path === "" ? name : `${path}/${name}`, join(directory, name), [...above, real]);
    }
  }

  const root = resolve(folder, wanted.directory);
  await expectThere(root, wanted.directory, "package.directory", "directory");
  await enter("", root, []);
  for (const [path, from] of Object.entries(wanted.include ?? {})) {
    const file = resolve(folder, from);
    await expectThere(file, from, "package.include", "any");
    await visit(path, file, []);
  }
  if (files.size === 0) throw nothing(root);
  return {
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut,
  };
}

async function statsOf(file: string): Promise<Stats | undefined> {
  return stat(file).catch(() => undefined);
}

async function expectThere(
  file: string,
  said: string,
  key: string,
  kind: "directory" | "any",
): Promise<void> {
  const stats = await statsOf(file);
  if (stats !== undefined && (kind === "any" || stats.isDirectory())) return;
  const what = stats === undefined ? "is not there" : "is no folder";
  throw usage(
    `\`${key}\` names ${said}, and ${file} ${what}.`,
    "Paths are relative to .migraterc.json. If a command makes it, name that as `package.build`.",
  );
}

function twice(path: string, one: string, other: string): Failure {
  return usage(
    `Two files would stand at ${path} in the zip: ${one} and ${other}.`,
    "Put what is included somewhere else, or include its folder's files by name: `package.exclude` goes by the place in the zip, and would leave both out.",
  );
}

function tooLarge(): Failure {
  return usage(
    "The package is larger than Lambda takes: more than 250 MB unpacked.",
    "Leave out what the function does not need: `package.exclude`, and npm ci --omit=dev or a bundler in `package.build`.",
  );
}

function tooMany(): Failure {
  return usage(
    `The package has more than ${mostFiles} files, which a zip for Lambda cannot hold.`,
    "Leave out what the function does not need with `package.exclude`, or bundle it in `package.build`.",
  );
}

function nothing(root: string): Failure {
  return usage(`There is nothing to pack in ${root}.`, "Check `package.directory` and `package.exclude`.");
}

function usage(message: string, hint: string): Failure {
  return new Failure("package_invalid", `${message} Nothing was sent.`, { category: "usage", hint });
}
