import type { HistoryView, LogLocation, TargetSummary, WayBackView } from "../../workflow/results.js";
import type { ConsoleLinks } from "../console-links.js";
import type { Ending } from "../ending.js";
import { duration, time } from "../text.js";
import { block, code, lines, link, type Markdown, table, text } from "./markdown.js";

/** A name and what is known of it; what is not known is left out. */
export type Row = [name: string, value: Markdown | undefined];

export function factTable(rows: Row[]): Markdown[] {
  const known = rows.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]]));
  return table(["", ""], known);
}

export function targetRows({ function: name, region }: TargetSummary, links: ConsoleLinks): Row[] {
  const where = region === undefined ? "" : ` in ${text(region)}`;
  return [["Function", link(code(name), links.function) + where]];
}

export function databaseRow({ database, engine }: Pick<HistoryView, "database" | "engine">): Row {
  if (database === undefined) return ["Database", undefined];
  const { name, host, port, serverVersion } = database;
  const version = serverVersion === undefined ? "" : `, PostgreSQL ${text(serverVersion)}`;
  const engineName = engine === undefined ? "" : `, engine ${text(engine)}`;
  return ["Database", `${code(name)} on ${code(`${host}:${port}`)}${version}${engineName}`];
}

export function logRows(logs: LogLocation | undefined, links: ConsoleLinks): Row[] {
  if (logs === undefined) return [];
  return [
    ["Request", logs.requestId && code(logs.requestId)],
    ["Log group", code(logs.group)],
    ["Log stream", logs.stream && link(code(logs.stream), links.logs)],
  ];
}

export function wayBackRow(wayBack: WayBackView | undefined, links: ConsoleLinks): Row {
  const { kind, snapshotId, moment, reason } = wayBack ?? {};
  switch (kind) {
    case "snapshot":
      return ["Snapshot", link(code(snapshotId ?? "unknown"), links.snapshot)];
    case "pointInTime":
      return [
        "Way back",
        `point-in-time recovery to ${moment === undefined ? "before the run" : text(time(moment))}`,
      ];
    case "skipped":
    case "none":
      return ["Snapshot", reason === undefined ? undefined : `none: ${lines(reason)}`];
    default:
      return ["Snapshot", undefined];
  }
}

/** Where the run went wrong it is the first thing that is needed, and otherwise a comfort. */
export function restoreLines(wayBack: WayBackView | undefined): Markdown[] {
  if (wayBack?.restoreCommand === undefined) return [];
  const { moment, restoreCommand, pointInTime } = wayBack;
  const lost =
    moment === undefined ? "all writes since it was taken" : `all writes since ${text(time(moment))}`;
  return [
    "",
    `How to restore: into a new database, which loses ${lost}.`,
    "",
    ...block(restoreCommand, "sh"),
    ...(pointInTime === undefined
      ? []
      : [
          "",
          `Point-in-time recovery loses less, what was written since ${text(time(pointInTime.moment))}:`,
          "",
          ...block(pointInTime.restoreCommand, "sh"),
        ]),
  ];
}

/** `durationMs` is the command's, where the result does not know its own. */
export function endRows(
  { exitCode, exitMeans, durationMs }: Pick<Ending, "exitCode" | "exitMeans" | "durationMs">,
  result: { durationMs?: number } = {},
): Row[] {
  return [
    ["Exit code", `${exitCode}: ${text(exitMeans)}`],
    ["Took", duration(result.durationMs ?? durationMs)],
  ];
}
