import { relative } from "node:path";
import type { Context } from "../../cli/context.js";
import type { LintFinding } from "../../contract/lint-rules.js";
import { topOf } from "../../project/git.js";
import { outOfOrder, reviewChain } from "../../project/lint/chain.js";
import { editedMigrations } from "../../project/lint/changed.js";
import { reviewMessage } from "../../project/lint/message.js";
import type { SourceRevision } from "../../project/project.js";
import type { LintedProject, LintResult } from "../../workflow/results/lint.js";
import type { LintOptions } from "../lint.js";
import { findProjects } from "./projects.js";
import { reviewAlembic } from "./review-alembic.js";
import { reviewFiles } from "./review-files.js";
import { expectWaysDown, reversible, tryRoundTrips } from "./round-trip.js";
import { refuseUnknown, type Selected, select } from "./select.js";
import { isSilenced, silencedRules } from "./silence.js";

export interface LintWish extends LintOptions {
  /** Which to look at, by name; none: as the options say. */
  revisions: string[];
}

/** Reviews the migrations of every project in the working directory. */
export async function lint(context: Context, wish: LintWish): Promise<LintResult> {
  const { host } = context;
  const top = await topOf(host.cwd, host.env);
  const projects = await findProjects(context, wish.engine);
  const rules = await silencedRules(context);
  const sets: LintedSet[] = [];
  for (const project of projects) {
    const selected = await select(context, project, wish, top);
    sets.push({ selected, wanted: await reversible(selected) });
  }
  refuseUnknown(
    sets.map(({ selected }) => selected.source),
    wish,
  );
  if (wish.roundTrip) expectWaysDown(context, sets);
  const reviewed: Reviewed[] = [];
  for (const one of sets)
    reviewed.push(await reviewProject(context, one, { wish, rules, top: top ?? host.cwd }));
  const findings = reviewed.flatMap((one) => one.findings);
  return {
    command: "lint",
    projects: reviewed.map(({ linted }) => linted),
    findings: findings.map((finding) => ({ ...finding, file: relative(host.cwd, finding.file) })),
    silenced: reviewed.reduce((sum, one) => sum + one.silenced, 0),
    strict: wish.strict,
    roundTrip: wish.roundTrip,
    folder: top === undefined ? "" : relative(top, host.cwd),
  };
}

interface LintedSet {
  selected: Selected;
  /** Those that can go on a round trip. */
  wanted: SourceRevision[];
}

interface Reviewed {
  linted: LintedProject;
  findings: LintFinding[];
  silenced: number;
}

async function reviewProject(
  context: Context,
  { selected, wanted }: LintedSet,
  { wish, rules, top }: { wish: LintWish; rules: ReadonlySet<string>; top: string },
): Promise<Reviewed> {
  const { project, source, changes, looked, revisions } = selected;
  const setting = { project, top, env: context.host.env, dist: context.host.dist, signal: context.signal };
  const own =
    project.engine === "alembic"
      ? await reviewAlembic(selected, setting, rules, (why) =>
          context.emit(notWritten(revisions.length, why)),
        )
      : await reviewFiles(selected, rules);
  const isNew = ({ file }: { file: string }) => changes?.added.has(file) === true;
  const tried = wish.roundTrip
    ? await tryRoundTrips(context, selected, wanted, setting, own.findings)
    : undefined;
  const struck = [
    ...(await reviewChain(project, source)),
    ...(changes === undefined ? [] : await editedMigrations(project, source.revisions, changes)),
    ...(changes === undefined ? [] : outOfOrder(project, source.revisions, isNew, changes.base)),
    ...revisions.flatMap(reviewMessage),
    ...own.findings,
    ...(tried?.findings ?? []),
  ];
  const told = struck.filter((finding) => !isSilenced(finding, rules, own.allowances));
  const place = new Map(source.revisions.map(({ revision }, index) => [revision, index]));
  const order = ({ revision }: LintFinding) => place.get(revision ?? "") ?? -1;
  return {
    linted: {
      engine: project.engine,
      migrations: relative(context.host.cwd, project.migrations) || ".",
      looked,
      ...(changes === undefined || looked !== "new" ? {} : { base: changes.base }),
      revisions: revisions.map(({ revision }) => revision),
      reversible: wanted.map(({ revision }) => revision),
      ...(tried === undefined ? {} : { roundTrips: tried.whole }),
      total: source.revisions.length,
    },
    findings: told.sort((a, b) => order(a) - order(b) || (a.line ?? 0) - (b.line ?? 0)),
    silenced: own.silenced + struck.length - told.length,
  };
}

function notWritten(count: number, why: string) {
  const message = `The SQL of ${count === 1 ? "the migration" : `${count} migrations`} could not be written (${why}), so only what their op calls say was looked at. Is the project's virtual environment active?`;
  return { type: "warning" as const, code: "sql_not_written", message };
}
