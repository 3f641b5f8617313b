import type {
  SnapshotListResult,
  SnapshotPruneResult,
  SnapshotRestoreResult,
  SnapshotResult,
  SnapshotTakenResult,
} from "../workflow/results.js";
import type { ConsoleLinks } from "./console-links.js";
import { factLines } from "./facts.js";
import { headLine, linkLines } from "./links-of.js";
import { problemLines } from "./problem.js";
import { snapshotTable } from "./snapshot-table.js";
import type { Style } from "./style.js";
import { duration, oneLine, plural, time, wrap, wrapped } from "./text.js";

export function snapshotText(result: SnapshotResult, style: Style, links: ConsoleLinks = {}): string[] {
  return [headLine(result, links, style), "", ...body(result, style, links)];
}

function body(result: SnapshotResult, style: Style, links: ConsoleLinks): string[] {
  switch (result.action) {
    case "create":
    case "wait":
      return taken(result, style, links);
    case "list":
      return list(result, style);
    case "prune":
      return prune(result, style);
    case "restore":
      return restore(result, style);
  }
}

function taken(result: SnapshotTakenResult, style: Style, links: ConsoleLinks): string[] {
  const { snapshot, stage } = result;
  const { id, kind, database, createdAt, sizeGiB, requestedBy, gitCommit } = snapshot;
  const size = sizeGiB === undefined ? "" : `, ${sizeGiB} GiB`;
  const facts = factLines(
    [
      ["snapshot", id, links.snapshot],
      ["of", `${kind} ${database}${size}`],
      ["data of", createdAt === undefined ? undefined : time(createdAt)],
      ["revision", snapshot.revision],
      ["run", snapshot.runId],
      ["asked for by", requestedBy],
      ["commit", gitCommit],
      ["kept until", snapshot.keepUntil === undefined ? undefined : time(snapshot.keepUntil)],
    ],
    style,
  );
  const restore = `migrate-remote snapshot restore ${oneLine(id)} --stage ${stage}`;
  return [
    ...facts,
    ...linkLines(links, style),
    "",
    "  Restore it into a new database:",
    `    ${style.strong(restore)}`,
    "",
    wrapped(snapshotVerdict(result, style), style),
  ];
}

/** How it ended, in a sentence; lists have none. */
export function snapshotVerdict(result: SnapshotResult, style: Style): string {
  switch (result.action) {
    case "create":
    case "wait":
      return takenVerdict(result, style);
    case "list":
      return `${plural(result.snapshots.length, "snapshot")} of ${result.database.kind} ${oneLine(result.database.identifier)}`;
    case "prune":
      return pruneVerdict(result, style);
    case "restore":
      return restoreVerdict(result, style);
  }
}

function takenVerdict({ action, durationMs }: SnapshotTakenResult, style: Style): string {
  // One that was ready was only looked at.
  const after = action === "wait" && durationMs < 2_000 ? "" : ` after ${duration(durationMs)}`;
  return `${style.good("✓")} ${style.strong("The snapshot is available")}${after}.`;
}

function list({ snapshots, database }: SnapshotListResult, style: Style): string[] {
  const of = `of ${database.kind} ${oneLine(database.identifier)}`;
  if (snapshots.length === 0)
    return [wrapped(`${style.dim("○")} There is no snapshot ${of} that migrate-remote made.`, style)];
  return [...snapshotTable(snapshots, style), "", `${plural(snapshots.length, "snapshot")} ${of}`];
}

function prune(result: SnapshotPruneResult, style: Style): string[] {
  const { deleted, wouldDelete = [], kept, failed, dryRun } = result;
  const block = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : [style.strong(title), ...lines, ""];
  return [
    ...block("Would be deleted", snapshotTable(wouldDelete, style, "deleted")),
    ...block("Deleted", snapshotTable(deleted, style, "deleted")),
    ...block(
      "Could not be deleted",
      failed.flatMap(({ snapshot, error }) => [
        `${style.caution("!")} ${oneLine(snapshot.id)}`,
        ...problemLines(error, style),
      ]),
    ),
    ...block(dryRun ? "Would stay" : "Stay", snapshotTable(kept, style)),
    wrapped(pruneVerdict(result, style), style),
  ];
}

function pruneVerdict(result: SnapshotPruneResult, style: Style): string {
  const { deleted, wouldDelete = [], kept, failed, dryRun, database } = result;
  const stay = kept.length === 1 ? "1 stays" : `${kept.length} stay`;
  const gone = dryRun ? wouldDelete : deleted;
  const some = plural(gone.length, "snapshot");
  if (failed.length > 0)
    return `${style.bad("✗")} ${style.strong(`${failed.length} of ${plural(deleted.length + failed.length, "snapshot")} could not be deleted`)}; ${stay}.`;
  if (gone.length === 0)
    return `${style.good("✓")} Nothing to delete: ${stay} of ${database.kind} ${oneLine(database.identifier)}.`;
  return dryRun
    ? `${style.caution("○")} ${style.strong(`${some} would be deleted`)}, ${stay}; nothing was changed. Delete: ${pruneCommand(result)}`
    : `${style.good("✓")} ${style.strong(`Deleted ${some}`)}; ${stay}.`;
}

function pruneCommand({ stage, rule: { keep, olderThanSeconds } }: SnapshotPruneResult): string {
  const words = [
    ...(keep === undefined ? [] : [`--keep ${keep}`]),
    ...(olderThanSeconds === undefined ? [] : [`--older-than ${asTyped(olderThanSeconds)}`]),
  ];
  return ["migrate-remote snapshot prune", `--stage ${stage}`, ...words, "--confirm"].join(" ");
}

/** The largest unit that says it exactly. */
function asTyped(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
  ] as const;
  const unit = units.find(([, size]) => seconds > 0 && seconds % size === 0);
  return unit === undefined ? `${seconds}s` : `${seconds / unit[1]}${unit[0]}`;
}

function restore(result: SnapshotRestoreResult, style: Style): string[] {
  const { database, original, snapshotId, moment, steps } = result;
  const from = snapshotId === undefined ? "point-in-time recovery" : `snapshot ${snapshotId}`;
  const facts = factLines(
    [
      ["new", `${database.kind} ${database.identifier}, ${database.status}`],
      ...database.endpoints.map(({ host, port }, index): [string, string] => [
        index === 0 ? "address" : "",
        port === undefined ? host : `${host}:${port}`,
      ]),
      ["database", database.databaseName],
      ["made from", from],
      ["data of", moment === undefined ? undefined : time(moment)],
      ["the old one", `${original.kind} ${original.identifier} was not touched`],
    ],
    style,
  );
  return [...facts, "", ...stepLines(steps, style), "", wrapped(restoreVerdict(result, style), style)];
}

function restoreVerdict({ database, durationMs }: SnapshotRestoreResult, style: Style): string {
  return `${style.good("✓")} ${style.strong("Restored")} into the new ${database.kind} ${oneLine(database.identifier)} in ${duration(durationMs)}. Nothing uses it until you do the above.`;
}

/** Commands stay whole on a line of their own, so that they can be copied. */
function stepLines(steps: SnapshotRestoreResult["steps"], style: Style): string[] {
  return steps.flatMap(({ text, command }, index) => [
    `  ${index + 1}. ${wrap(oneLine(text), style.columns - 5).replaceAll("\n", "\n     ")}`,
    ...(command === undefined ? [] : [`       ${style.strong(oneLine(command))}`]),
  ]);
}
