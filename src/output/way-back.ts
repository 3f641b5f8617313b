import type { FixHistoryResult, RunResult, WayBackView } from "../workflow/results.js";
import { linked, type Style } from "./style.js";
import { oneLine, roughly, time, wrap } from "./text.js";

/** What stands behind a run, in one line. */
export function wayBackLine(wayBack: WayBackView | undefined, style: Style, url?: string): string[] {
  if (wayBack === undefined) return [];
  const { kind, snapshotId, moment, reason } = wayBack;
  const line = (text: string) => [`  ${style.dim(text)}`];
  switch (kind) {
    case "snapshot":
      return [
        `  ${style.dim("snapshot")} ${linked(style.dim(oneLine(snapshotId ?? "unknown")), url, style)}`,
      ];
    case "pointInTime":
      return line(
        `way back: point-in-time recovery to ${moment === undefined ? "before the run" : time(moment)}`,
      );
    case "skipped":
      return line(`no snapshot was taken: ${oneLine(reason ?? "no reason given")}`);
    case "none":
      return reason === undefined ? [] : line(`no snapshot is taken here: ${oneLine(reason)}`);
  }
}

/** After a run that went wrong: how to get back, and what that would lose. */
export function wayBackAdvice(
  wayBack: WayBackView | undefined,
  outcome: RunResult["outcome"] | FixHistoryResult["outcome"],
  style: Style,
): string[] {
  if (outcome !== "failed" && outcome !== "unknown") return [];
  return wayBack?.restoreCommand === undefined ? [] : [...whole(wayBack, wayBack.restoreCommand, style), ""];
}

function whole(wayBack: WayBackView, restoreCommand: string, style: Style): string[] {
  const { kind, database, snapshotId, revision, moment, lostSeconds, pointInTime } = wayBack;
  const what =
    kind === "snapshot"
      ? `snapshot ${oneLine(snapshotId ?? "")}`
      : `point-in-time recovery to ${moment === undefined ? "before the run" : time(moment)}`;
  const of = database === undefined ? "" : ` of ${database.kind} ${oneLine(database.identifier)}`;
  const ago = lostSeconds === undefined ? "" : `, ${roughly(lostSeconds * 1000)} ago`;
  const at = revision === undefined ? "" : ` at ${oneLine(revision)}`;
  const lost =
    moment === undefined
      ? "all writes since it was taken"
      : `all writes since ${time(moment).slice(-9)}${ago}`;
  const prose = (text: string) => `  ${wrap(text, style.columns - 2).replaceAll("\n", "\n  ")}`;
  const command = (text: string) => `    ${style.strong(oneLine(text))}`;
  return [
    prose(
      `The way back, should the data be damaged: ${what}${of}. It makes a new database${at}, and loses ${lost}.`,
    ),
    command(restoreCommand),
    ...(pointInTime === undefined
      ? []
      : [
          prose(
            `Point-in-time recovery loses less, what was written since ${time(pointInTime.moment).slice(-9)}:`,
          ),
          command(pointInTime.restoreCommand),
        ]),
  ];
}
