import type { RunRecord } from "../contract/run-record.js";
import type { RunsResult } from "../workflow/results.js";
import { factLines } from "./facts.js";
import { problemLines } from "./problem.js";
import type { Style } from "./style.js";
import { duration, oneLine, plural, table, time } from "./text.js";
import { columnsOf } from "./width.js";

/** The ledger as a table; one run alone is shown whole. */
export function runsText(result: RunsResult, style: Style): string[] {
  const head = `${style.strong(result.stage)}  ${style.dim(oneLine(result.function))}`;
  const [newest] = result.runs;
  if (newest === undefined) return [head, "", `${style.dim("○")} No run is in the ledger yet.`];
  if (result.runId !== undefined) return [head, "", ...oneRun(newest, style)];
  return [head, "", ...runTable(result.runs, style), "", plural(result.runs.length, "run")];
}

/** On a screen too narrow for it without the time at which it started, which is in the run id as well. */
function runTable(runs: RunRecord[], style: Style): string[] {
  const header = ["  RUN", "STARTED", "STATE", "APPLIED", "TOOK", "BY"].map((title) => style.dim(title));
  const rows = [header, ...runs.map((run) => row(run, style))];
  const fits = (lines: string[]) => lines.every((line) => columnsOf(line) <= style.columns);
  const whole = table(rows);
  return !style.isTerminal || fits(whole) ? whole : table(rows.map((cells) => cells.toSpliced(1, 1)));
}

function row(run: RunRecord, style: Style): string[] {
  return [
    `${mark(run, style)} ${oneLine(run.runId)}`,
    time(run.startedAt),
    run.state,
    String(run.applied.length),
    took(run),
    oneLine(run.requestedBy ?? "-"),
  ];
}

function oneRun(run: RunRecord, style: Style): string[] {
  const facts: [string, string | undefined][] = [
    ["state", run.part > 1 ? `${run.state}, part ${run.part}` : run.state],
    ["operation", run.operation],
    ["started", time(run.startedAt)],
    ["took", took(run)],
    ["ended", run.state === "interrupted" ? "nobody recorded when" : undefined],
    ["asked for by", run.requestedBy],
    ["from", run.requestedFrom],
    ["commit", run.gitCommit],
    ["plan", run.plan?.id],
    ["snapshot", run.snapshotId ?? (run.snapshotSkipped && `none: ${run.snapshotSkipped}`)],
    ["engine", run.engine],
    ["revisions", `${list(run.fromRevisions)} → ${list(run.toRevisions)}`],
    ["applied", list(run.applied)],
  ];
  return [
    `${mark(run, style)} ${style.strong(oneLine(run.runId))}`,
    ...factLines(facts, style),
    ...(run.error === undefined ? [] : ["", ...problemLines(run.error, style)]),
  ];
}

function list(revisions: string[]): string {
  return revisions.length === 0 ? "none" : revisions.join(", ");
}

/** Of an interrupted run only that it had ended was found out, at some later time. */
function took({ startedAt, finishedAt, state }: RunRecord): string {
  return finishedAt === undefined || state === "interrupted"
    ? "-"
    : duration(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)));
}

function mark({ state }: RunRecord, style: Style): string {
  if (state === "succeeded") return style.good("✓");
  if (state === "failed" || state === "interrupted") return style.bad("✗");
  return style.caution(state === "running" || state === "paused" ? "○" : "!");
}
