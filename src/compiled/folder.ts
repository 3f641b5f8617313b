import { lstatSync, mkdirSync, readdirSync, rmSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** What is compiled, and for whom. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** The folder of the built program, with trailing slash. */
  dist: string;
  version: string;
}

const prefix = "compiled-";
/** Installations and versions of Node whose code is kept beside each other; of more, the oldest go. */
const mostFolders = 8;

/**
 * The folder for what is compiled of this installation by this Node: `~/.cache/migrate-remote/compiled-…`, or below XDG_CACHE_HOME. What lies in it is
 * executed. Undefined where there is no such place, or others may write to it; nobody is told of that: all it costs is time.
 */
export function privateFolder(surroundings: Surroundings): string | undefined {
  const home = cacheHome(surroundings.env);
  if (home === undefined) return undefined;
  try {
    const folder = join(home, "migrate-remote", nameFor(surroundings));
    if (lstatSync(folder, missing) === undefined) makeFolder(folder);
    return isPrivate(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** A package's files all say the same date, so it is when this one was laid here that tells two builds apart. */
function nameFor({ dist, version }: Surroundings): string {
  const { dev, ino, ctimeMs } = statSync(join(dist, "main.cjs"));
  const build = [dev, ino, Math.trunc(ctimeMs)].map((part) => part.toString(36)).join("-");
  return `${prefix}${version}-${process.version}-${process.arch}-${build}`;
}

function cacheHome({ XDG_CACHE_HOME: named = "", HOME: home = "" }: Surroundings["env"]): string | undefined {
  if (isAbsolute(named)) return named;
  return isAbsolute(home) ? join(home, ".cache") : undefined;
}

/** Nobody else may write there, nor lay another folder in its place. */
function isPrivate(folder: string): boolean {
  const own = dirname(folder);
  // People move their caches to another disk and leave a link.
  const facts = [statSync(dirname(own), missing), lstatSync(own, missing), lstatSync(folder, missing)];
  return facts.every((one) => one?.isDirectory() === true && isOurs(one) && !othersWrite(one));
}

const missing = { throwIfNoEntry: false } as const;

/** It belongs to whom this runs as. */
export function isOurs({ uid }: Stats): boolean {
  return uid === process.getuid?.();
}

export function othersWrite({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0;
}

/** And room for it. */
function makeFolder(folder: string): void {
  const own = dirname(folder);
  const home = dirname(own);
  // A home is not made, and nothing of root's is left in the home of who became root for one command.
  if (!isOurs(statSync(home, missing) ?? statSync(dirname(home)))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const path of oldest(own)) rmSync(path, { recursive: true, force: true });
}

function oldest(own: string): string[] {
  return readdirSync(own)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(own, name))
    .map((path) => ({ path, changedMs: lstatSync(path).mtimeMs }))
    .sort((a, b) => b.changedMs - a.changedMs)
    .slice(mostFolders)
    .map(({ path }) => path);
}
