import type { HistoryView, StageFailure, StatusAllResult, StatusResult } from "../workflow/results.js";
import type { ConsoleLinks } from "./console-links.js";
import { headLine, linkLines } from "./links-of.js";
import { migrationTable } from "./migrations.js";
import { problemLines } from "./problem.js";
import { beforehand, runCommand } from "./run-command.js";
import type { Style } from "./style.js";
import { blankAfter, oneLine, plural, table, wrap, wrapped } from "./text.js";

export function statusText(result: StatusResult, style: Style, links: ConsoleLinks = {}): string[] {
  const head = [headLine(result, links, style)];
  if (result.error !== undefined) return [...head, "", ...problemLines(result.error, style)];
  return [
    ...head,
    "",
    ...migrationTable(result.migrations, style),
    ...(result.migrations.length > 0 ? [""] : []),
    ...historyProblems(result, style),
    ...(result.problems.length > 0 ? [""] : []),
    ...blankAfter([...databaseLine(result, style), ...linkLines(links, style)]),
    ...statusVerdict(result, style).map((line) => wrapped(line, style)),
  ];
}

/** What goes on stands under the database's name. */
const hanging = " ".repeat("  database ".length);

export function databaseLine(
  { database, engine }: Pick<HistoryView, "database" | "engine">,
  style: Style,
): string[] {
  if (database === undefined) return [];
  const version =
    database.serverVersion === undefined ? "" : `, PostgreSQL ${oneLine(database.serverVersion)}`;
  const host = `${oneLine(database.name)} on ${oneLine(database.host)}:${database.port}`;
  const engineName = engine === undefined ? "" : `, engine ${oneLine(engine)}`;
  const [first = "", ...rest] = wrap(
    `database ${host}${version}${engineName}`,
    style.columns - hanging.length,
  ).split("\n");
  return [`  ${style.dim(first)}`, ...rest.map((line) => `${hanging}${style.dim(line)}`)];
}

export function historyProblems({ problems }: Pick<HistoryView, "problems">, style: Style): string[] {
  return problems.map(
    ({ message }) =>
      `  ${style.caution("!")} ${wrap(oneLine(message), style.columns - 4).replaceAll("\n", "\n    ")}`,
  );
}

export function statusVerdict(result: StatusResult, style: Style): string[] {
  const { stage, state, pending, currentRevisions } = result;
  const current = currentRevisions.length === 0 ? "no revision" : currentRevisions.map(oneLine).join(", ");
  const run = `migrate-remote run --stage ${stage}`;
  const waiting = result.migrations.filter(({ status }) => status === "pending");
  const before = beforehand(result);
  const next = [
    `  See it: ${run} --dry-run   Apply: ${runCommand(result, waiting)}`,
    ...(before === "" ? [] : [`  ${before}`]),
  ];
  const destructive = result.migrations.filter((migration) => migration.destructive !== undefined).length;
  const danger = destructive === 0 ? "" : `, ${destructive} that may destroy data`;
  switch (state) {
    case "up_to_date":
      return [`${style.good("✓")} Up to date at ${style.strong(current)}.`];
    case "pending_migrations":
      return [
        `${style.caution("○")} ${style.strong(`${plural(pending.length, "migration")} pending`)}${danger}; the database is at ${current}.`,
        ...next,
      ];
    case "empty":
      return [
        `${style.caution("○")} The database is empty; ${style.strong(`${plural(pending.length, "migration")} pending`)}${danger}.`,
        ...(pending.length === 0 ? [] : next),
      ];
    case "tables_without_migration_history":
      return [
        `${style.caution("!")} The database has tables but no migration history.`,
        `  Repair it: migrate-remote fix-history --stage ${stage}   (or --revision REV, when you know it)`,
      ];
    case "inconsistent":
      if (result.problems.some(({ code }) => code === "failed_migration")) {
        return [
          `${style.bad("✗")} A migration failed, and history does not say what stands of it.`,
          `  Let it be found out, and repair history: migrate-remote fix-history --stage ${stage}   (or --revision REV, when you know what is applied)`,
        ];
      }
      return [
        `${style.bad("✗")} The migration history does not agree with the deployed migrations.`,
        `  Deploy the missing ones, or repair: migrate-remote fix-history --stage ${stage} --revision REV`,
      ];
    default:
      return [unknownState(result, current, style)];
  }
}

/** A history table tells what is applied, and no more. */
function unknownState({ migrations, problems }: StatusResult, current: string, style: Style): string {
  const applied = migrations.filter(({ status }) => status === "applied").length;
  const known =
    applied === 0
      ? "No migration is applied"
      : `${plural(applied, "migration")} applied, the last ${current}`;
  const isSaid = problems.some(({ code }) => code === "pending_unknown");
  return `${style.caution("?")} ${style.strong(known)}${isSaid ? "" : "; what is pending the function did not say"}.`;
}

/** All stages side by side. */
export function statusAllText(result: StatusAllResult, style: Style): string[] {
  const rows = result.stages.map((stage) =>
    "function" in stage ? stageRow(stage, style) : failureRow(stage, style),
  );
  const header = ["  STAGE", "STATE", "CURRENT", "PENDING", "HEAD"].map((title) => style.dim(title));
  const failures = result.stages.filter(({ error }) => error !== undefined);
  return [
    ...table([header, ...rows]),
    ...failures.flatMap(({ stage, error }) =>
      error === undefined ? [] : ["", style.strong(stage), ...problemLines(error, style)],
    ),
    "",
    statusAllVerdict(result, style),
  ];
}

function stageRow(result: StatusResult, style: Style): string[] {
  const { stage, state, currentRevisions, headRevisions, pending, error } = result;
  if (error !== undefined) return failureRow({ command: "status", stage, error }, style);
  const mark =
    state === "up_to_date" ? style.good("✓") : state === "inconsistent" ? style.bad("✗") : style.caution("○");
  return [
    `${mark} ${stage}`,
    state?.replaceAll("_", " ") ?? "pending unknown",
    currentRevisions.map(oneLine).join(", ") || "-",
    state === undefined ? "?" : String(pending.length),
    headRevisions.map(oneLine).join(", ") || "-",
  ];
}

function failureRow({ stage, error }: StageFailure, style: Style): string[] {
  return [`${style.bad("✗")} ${stage}`, style.bad(oneLine(error.code)), "-", "-", "-"];
}

export function statusAllVerdict({ stages }: StatusAllResult, style: Style): string {
  const failures = stages.filter(({ error }) => error !== undefined).length;
  if (failures > 0)
    return `${style.bad("✗")} ${failures} of ${plural(stages.length, "stage")} could not be asked.`;
  const states = stages.map((stage) => ("function" in stage ? stage.state : undefined));
  const unknown = states.filter((state) => state === undefined).length;
  const behind = states.filter((state) => state !== undefined && state !== "up_to_date").length;
  const rest = unknown === 0 ? "" : `; of ${unknown} what is pending is not known`;
  if (behind + unknown > 0)
    return `${style.caution("○")} ${behind} of ${plural(stages.length, "stage")} not up to date${rest}.`;
  return `${style.good("✓")} ${plural(stages.length, "stage")} up to date.`;
}
