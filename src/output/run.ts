import type { FixHistoryResult, LogLocation, MigrationView, RunResult } from "../workflow/results.js";
import type { ConsoleLinks } from "./console-links.js";
import { headLine, linkLines } from "./links-of.js";
import { migrationSql, migrationTable } from "./migrations.js";
import { problemLines } from "./problem.js";
import { beforehand, runCommand } from "./run-command.js";
import { databaseLine, historyProblems } from "./status.js";
import { linked, type Style } from "./style.js";
import { blankAfter, duration, oneLine, plural, wrapped } from "./text.js";
import { wayBackAdvice, wayBackLine } from "./way-back.js";

export function runText(result: RunResult, style: Style, links: ConsoleLinks = {}): string[] {
  return [
    headLine(result, links, style),
    "",
    ...body(result, style),
    ...blankAfter(historyProblems(untoldProblems(result), style)),
    ...footer(result, style, links),
    ...(result.error === undefined ? [] : [...problemLines(result.error, style), ""]),
    ...wayBackAdvice(result.wayBack, result.outcome, style),
    wrapped(runVerdict(result, style), style),
  ];
}

function body(result: RunResult, style: Style): string[] {
  const shown = shownMigrations(result);
  if (shown.length === 0) return [];
  const sql = result.outcome === "planned" ? migrationSql(shown, style) : [];
  return [...migrationTable(shown, style), ...sql, ""];
}

/** What this run is about: not what was applied before it, nor what lies beyond its target. */
export function shownMigrations({ outcome, planned, migrations }: RunResult): MigrationView[] {
  if (outcome === "planned") return migrations.filter(({ revision }) => planned.includes(revision));
  if (!mayHaveApplied.has(outcome)) return [];
  return migrations.filter(({ status }) => status !== "skipped" && status !== "pending");
}

const mayHaveApplied: ReadonlySet<RunResult["outcome"]> = new Set([
  "applied",
  "repaired",
  "succeeded",
  "failed",
  "unknown",
]);

/** The error of a migration that failed in this run knows more than history does; the error of one that was kept out says who is at work. */
function untoldProblems({ outcome, problems, error }: RunResult): Pick<RunResult, "problems"> {
  const isTold = ({ code, revision }: RunResult["problems"][number]) =>
    (outcome === "failed" && code === "failed_migration" && revision === error?.revision) ||
    (outcome === "locked" && code === "run_at_work");
  return { problems: problems.filter((problem) => !isTold(problem)) };
}

/** Where to look afterwards. */
function footer(
  { runId, logs, ...result }: { runId?: string; logs?: LogLocation } & RunResult,
  style: Style,
  links: ConsoleLinks,
): string[] {
  const lines = databaseLine(result, style);
  if (runId !== undefined) lines.push(`  ${style.dim(`run ${runId}${request(logs)}`)}`);
  if (logs?.stream !== undefined) {
    const stream = linked(style.dim(oneLine(logs.stream)), links.logs, style);
    lines.push(`  ${style.dim(`logs ${oneLine(logs.group)}`)}`, `       ${stream}`);
  }
  lines.push(...wayBackLine(result.wayBack, style, links.snapshot), ...linkLines(links, style));
  return lines.length > 0 ? [...lines, ""] : [];
}

function request(logs: LogLocation | undefined): string {
  return logs?.requestId === undefined ? "" : `, request ${oneLine(logs.requestId)}`;
}

export function runVerdict(result: RunResult, style: Style): string {
  const { outcome, applied, stage } = result;
  const at = position(result);
  const took = duration(result.durationMs);
  const verified = evidenceNote[result.evidence];
  const before = beforehand(result) === "" ? "" : ` ${beforehand(result)}`;
  switch (outcome) {
    case "applied":
      return `${style.good("✓")} ${style.strong(`Applied ${plural(applied.length, "migration")}`)} to ${stage} in ${took}${at}${verified}.${repairNote(result)}`;
    case "repaired":
      return `${style.good("✓")} ${style.strong("History repaired")} on ${stage}: ${repairCount(result)}${at}${verified}. No migration was left to apply, none was executed.`;
    case "succeeded":
      return `${style.good("✓")} ${style.strong("Succeeded")}, says the function of ${stage}, in ${took}${at}${verified}. Which migrations it applied, if any, it does not say.`;
    case "nothing_to_do":
      // It was sent, and nothing but its own answer tells what the database is at.
      if (result.runId !== undefined && result.evidence === "report" && result.currentRevisions.length === 0)
        return `${style.good("✓")} ${style.strong("Nothing to do")}, says the function of ${stage}: it applied nothing${passedOver(result)}.`;
      if (result.targetRevision !== undefined && result.currentRevisions.length === 0)
        return `${style.good("✓")} Nothing is pending up to ${oneLine(result.targetRevision)}: nothing to do, nothing was written${verified}.`;
      return `${style.good("✓")} Up to date${at.replace("; the database is", "")}: nothing to do, nothing was written${verified}.`;
    case "planned":
      if (!result.planKnown) return repairedFirst(result, style);
      return `${style.caution("○")} ${style.strong(`${plural(result.planned.length, "migration")} would be applied`)} to ${stage}; nothing was changed.${before} Apply: ${runCommand(result, shownMigrations(result))}`;
    case "detached":
      return `${style.caution("○")} ${style.strong("Handed to Lambda")}: the run goes on without this command. Rejoin it: migrate-remote attach ${result.runId ?? "RUN-ID"} --stage ${stage}`;
    case "failed":
      return `${style.bad("✗")} ${style.strong("Failed")}${beforeFailure(result)}${at}${verified}.`;
    case "locked":
      return `${style.caution("!")} ${style.strong("Locked")}: another run holds the lock on ${stage}; nothing was changed by this one.`;
    case "not_started":
      return `${style.bad("✗")} ${style.strong("Not started")}: nothing was changed on ${stage}.`;
    case "unknown":
      return `${style.bad("?")} ${style.strong("Unknown")}: it could not be learned what the run did on ${stage}.`;
  }
}

/** What is left to apply once history is repaired, a dry-run cannot know. */
function repairedFirst(result: RunResult, style: Style): string {
  const { planned, stage } = result;
  const before = beforehand(result) === "" ? "" : ` ${beforehand(result)}`;
  const apply = runCommand({ ...result, fixHistory: true }, shownMigrations(result));
  return `${style.caution("○")} ${style.strong("History would be repaired first")} on ${stage}; nothing was changed. Of ${plural(planned.length, "migration")}, what the schema has already would be recorded and not executed, and only the rest applied: how many that are is known only then.${before} Apply: ${apply}`;
}

function repairCount({ recorded, removed }: RunResult): string {
  return `${recorded.length} recorded, ${removed.length} removed`;
}

function repairNote(result: RunResult): string {
  const { recorded, removed } = result;
  return recorded.length + removed.length === 0
    ? ""
    : ` Before that history was repaired: ${repairCount(result)}, none of them executed.`;
}

const evidenceNote: Record<RunResult["evidence"], string> = {
  report: "",
  ledger: " (the answer was lost; the ledger says so)",
  status: " (verified by status)",
  query: " (verified by query)",
  none: "",
};

function passedOver({ migrations }: RunResult): string {
  const count = migrations.filter(({ status }) => status === "skipped").length;
  return count === 0 ? "" : `; ${plural(count, "migration")} had been applied before`;
}

/** Where the database is; empty where nothing told. */
function position({ state, currentRevisions, planKnown }: RunResult): string {
  const isKnown =
    currentRevisions.length > 0 || (state !== "up_to_date" && (state !== undefined || planKnown));
  if (!isKnown) return "";
  return `; the database is at ${currentRevisions.length === 0 ? "no revision" : currentRevisions.map(oneLine).join(", ")}`;
}

function beforeFailure({ applied, appliedKnown }: RunResult): string {
  if (applied.length > 0) return ` after ${plural(applied.length, "applied migration")}`;
  return appliedKnown ? "; no migration was applied" : "; what was applied before that is not known";
}

export function fixHistoryText(result: FixHistoryResult, style: Style, links: ConsoleLinks = {}): string[] {
  const changed = result.migrations.filter(({ status }) => status === "recorded" || status === "removed");
  return [
    headLine(result, links, style),
    "",
    ...blankAfter([
      ...migrationTable(changed, style),
      ...wayBackLine(result.wayBack, style, links.snapshot),
      ...linkLines(links, style),
    ]),
    ...blankAfter(result.error === undefined ? [] : problemLines(result.error, style)),
    ...wayBackAdvice(result.wayBack, result.outcome, style),
    wrapped(fixHistoryVerdict(result, style), style),
  ];
}

export function fixHistoryVerdict(
  { outcome, recorded, removed, stage, currentRevisions }: FixHistoryResult,
  style: Style,
): string {
  const at = currentRevisions.length === 0 ? "no revision" : currentRevisions.map(oneLine).join(", ");
  const listed =
    recorded.length + removed.length === 0 ? "" : `: ${recorded.length} recorded, ${removed.length} removed`;
  switch (outcome) {
    case "repaired":
      return `${style.good("✓")} ${style.strong("History repaired")} on ${stage}${listed}; it now says ${at}. No migration was executed.`;
    case "succeeded":
      return `${style.good("✓")} ${style.strong("Succeeded")}, says the function of ${stage}. What it changed in the history it does not say.`;
    case "nothing_to_do":
      return `${style.good("✓")} The history already says ${at}: nothing was written.`;
    case "locked":
      return `${style.caution("!")} ${style.strong("Locked")}: another run holds the lock on ${stage}; nothing was changed.`;
    case "unknown":
      return `${style.bad("?")} ${style.strong("Unknown")}. See what stands: migrate-remote status --stage ${stage}`;
    default:
      return `${style.bad("✗")} ${style.strong("History was not repaired")} on ${stage}.`;
  }
}
