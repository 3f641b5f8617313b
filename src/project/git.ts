import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../contract/failure.js";

/** What a working copy has that its base has not, and the other way round. Paths are absolute. */
export interface Changes {
  /** As people call it: `origin/main`. */
  base: string;
  added: Set<string>;
  modified: Set<string>;
  deleted: string[];
  /** A file as the base has it. */
  textAtBase: (file: string) => Promise<string | undefined>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The top of the git working copy that a folder is in. */
export async function topOf(folder: string, env: Environment): Promise<string | undefined> {
  const top = (await git(folder, ["rev-parse", "--show-toplevel"], env))?.trim();
  return top === undefined || top === "" ? undefined : realpath(top);
}

/**
 * What changed in `folders` since the working copy left its base: the branch that a pull request goes to, where CI says so, else the
 * remote's main branch, else the local one. Undefined where there is no git, or no base can be seen.
 */
export async function changesSince(
  folders: string[],
  options: { base: string | undefined; top: string; env: Environment },
): Promise<Changes | undefined> {
  const { top, env } = options;
  const found = options.base === undefined ? await likelyBase(top, env) : await named(top, options.base, env);
  if (found === undefined) return undefined;
  const { base, commit } = found;
  const fork = (await git(top, ["merge-base", commit, "HEAD"], env))?.trim();
  if (fork === undefined || fork === "") {
    if (options.base === undefined) return undefined;
    throw new Failure(
      "base_unrelated",
      `${base} and what is checked out have no commit in common that is here.`,
      {
        category: "usage",
        hint: "A shallow clone lacks it: fetch the whole history (actions/checkout takes fetch-depth: 0).",
      },
    );
  }
  const diff = ["diff", "--name-status", "--no-renames", "--no-ext-diff", "-z", fork, "--", ...folders];
  const others = ["ls-files", "--others", "--exclude-standard", "-z", "--", ...folders];
  const [changed, untracked] = [await git(top, diff, env), await git(top, others, env)];
  const changes: Changes = {
    base,
    added: new Set(
      (untracked ?? "")
        .split("\0")
        .filter(Boolean)
        .map((path) => join(top, path)),
    ),
    modified: new Set(),
    deleted: [],
    textAtBase: (file) => git(top, ["show", `${fork}:${file.slice(top.length + 1)}`], env),
  };
  const fields = (changed ?? "").split("\0");
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const file = join(top, fields[index + 1] ?? "");
    if (fields[index] === "A") changes.added.add(file);
    else if (fields[index] === "D") changes.deleted.push(file);
    else changes.modified.add(file);
  }
  // Deleted from the index alone, it is still there.
  changes.deleted = changes.deleted.filter((file) => !changes.added.has(file));
  return changes;
}

interface Base {
  base: string;
  commit: string;
}

async function named(top: string, base: string, env: Environment): Promise<Base> {
  const found = await resolve(top, base, env);
  if (found !== undefined) return found;
  throw new Failure("base_unknown", `There is no branch, tag or commit ${base} here.`, {
    category: "usage",
    hint: "Fetch it first, or name another one with --base. A shallow clone lacks most (actions/checkout takes fetch-depth: 0).",
  });
}

/** The branch that a pull request goes to, where CI says so. */
export function branchGoneTo(env: Environment): string | undefined {
  return (
    env.GITHUB_BASE_REF ||
    env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME ||
    env.BITBUCKET_PR_DESTINATION_BRANCH ||
    undefined
  );
}

/** Not the whole history is here: what others have in common with it may be missing. */
export async function isShallow(top: string, env: Environment): Promise<boolean> {
  return (await git(top, ["rev-parse", "--is-shallow-repository"], env))?.trim() === "true";
}

async function likelyBase(top: string, env: Environment): Promise<Base | undefined> {
  const target = branchGoneTo(env);
  // Where it is known what a pull request goes to, nothing else stands in for it: against that there may be nothing new.
  const candidates =
    target === undefined
      ? ["origin/HEAD", "origin/main", "origin/master", "main", "master"]
      : [`origin/${target}`, target];
  for (const candidate of candidates) {
    const found = await resolve(top, candidate, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function resolve(top: string, base: string, env: Environment): Promise<Base | undefined> {
  const verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`];
  const commit = (await git(top, verify, env))?.trim();
  return commit === undefined || commit === "" ? undefined : { base, commit };
}

/** What git prints; undefined where it fails, or is not there. */
async function git(folder: string, args: string[], env: Environment): Promise<string | undefined> {
  const options = { cwd: folder, env: { ...env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" }, maxBuffer: 1 << 26 };
  return new Promise((resolve) => {
    execFile("git", ["-c", "core.quotePath=false", ...args], options, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
