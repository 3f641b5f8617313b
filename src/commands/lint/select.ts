import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { nearMiss } from "../../contract/near-miss.js";
import { branchGoneTo, type Changes, changesSince, isShallow } from "../../project/git.js";
import type { Project, SourceRevision } from "../../project/project.js";
import { readSource } from "../../project/revisions.js";
import { neededBy } from "../../project/sources/order.js";
import type { RevisionSource } from "../../project/sources/source.js";
import type { LintedProject } from "../../workflow/results/lint.js";
import type { LintWish } from "./lint.js";

/** One project's migrations, and those of them that are looked at. */
export interface Selected {
  project: Project;
  source: RevisionSource;
  looked: LintedProject["looked"];
  /** What git says; absent where it cannot be asked. */
  changes?: Changes;
  revisions: SourceRevision[];
}

/**
 * In a pull request what counts is what it adds, so without a wish these are looked at; where git knows no base, all of them. The rules
 * about the whole chain of migrations always see all.
 */
export async function select(
  context: Context,
  project: Project,
  wish: LintWish,
  top: string | undefined,
): Promise<Selected> {
  const { host, emit } = context;
  const source = await readSource(project);
  const folders = [project.migrations, ...(project.furtherMigrations ?? [])];
  if (top === undefined && wish.base !== undefined)
    throw new Failure(
      "no_git",
      `--base ${wish.base} needs git, and ${host.cwd} is in no working copy of it.`,
      {
        category: "usage",
        hint: "Leave --base out: all migrations are looked at then.",
      },
    );
  const changes =
    top === undefined ? undefined : await changesSince(folders, { base: wish.base, top, env: host.env });
  const known = { project, source, ...(changes === undefined ? {} : { changes }) };
  if (wish.revisions.length > 0)
    return { ...known, looked: "named", revisions: namedOnes(source.revisions, wish.revisions) };
  if (wish.since !== undefined)
    return { ...known, looked: "since", revisions: behind(source.revisions, wish.since) };
  if (wish.all) return { ...known, looked: "all", revisions: source.revisions };
  if (changes === undefined) {
    if (top !== undefined) emit(await nothingToCompareWith(top, host.env));
    return { ...known, looked: "all", revisions: source.revisions };
  }
  return {
    ...known,
    looked: "new",
    revisions: source.revisions.filter(({ file }) => changes.added.has(file)),
  };
}

async function nothingToCompareWith(top: string, env: Context["host"]["env"]) {
  const branch = branchGoneTo(env);
  const lacking =
    branch === undefined
      ? "Git knows no main branch here to compare with"
      : `The branch that this goes to, ${branch}, is not here to compare with`;
  const shallow = (await isShallow(top, env))
    ? " This clone is shallow: fetch the whole history (actions/checkout takes fetch-depth: 0)."
    : "";
  const message = `${lacking}, so all migrations are looked at; --base names one.${shallow}`;
  return { type: "warning" as const, code: "no_base", message };
}

/** Throws for what no set of migrations has: one of several has it, and the others do not. */
export function refuseUnknown(sources: RevisionSource[], { revisions, since }: LintWish): void {
  const names = sources.flatMap((source) => source.revisions.map(({ revision }) => revision));
  for (const name of since === undefined || revisions.length > 0 ? revisions : [since]) {
    if (names.some((revision) => revision.startsWith(name))) continue;
    const near = nearMiss(name, names);
    throw new Failure(
      "unknown_revision",
      `There is no migration ${name} here.`,
      near === undefined ? {} : { hint: `Did you mean ${near}?` },
    );
  }
}

function namedOnes(revisions: SourceRevision[], wanted: string[]): SourceRevision[] {
  const found = new Set(wanted.map((name) => oneNamed(revisions, name)));
  return revisions.filter((one) => found.has(one));
}

/** Also by its first characters. */
function oneNamed(revisions: SourceRevision[], name: string): SourceRevision | undefined {
  const exact = revisions.find(({ revision }) => revision === name);
  const alike = revisions.filter(({ revision }) => revision.startsWith(name));
  if (exact !== undefined || alike.length <= 1) return exact ?? alike[0];
  const names = alike.map(({ revision }) => revision).join(" or ");
  throw new Failure("unknown_revision", `${name} may be ${names}.`);
}

/** All that needs it, directly or not. */
function behind(revisions: SourceRevision[], name: string): SourceRevision[] {
  const begin = oneNamed(revisions, name);
  if (begin === undefined) return [];
  const later = new Set([begin.revision]);
  // They come behind what they need.
  for (const one of revisions) if (neededBy(one).some((needed) => later.has(needed))) later.add(one.revision);
  return revisions.filter((one) => one !== begin && later.has(one.revision));
}
