import type { ListedSnapshot } from "../workflow/results.js";
import type { Style } from "./style.js";
import { oneLine, roughly, table } from "./text.js";

/** Two lines a snapshot: its id, which is to be copied whole, and below it what is known of it. */
export function snapshotTable(snapshots: ListedSnapshot[], style: Style): string[] {
  if (snapshots.length === 0) return [];
  const [header, ...rows] = table([["AGE", "SIZE", "RUN", "KEEP UNTIL", "REVISION"], ...snapshots.map(row)]);
  return [
    style.dim("  ID, STATUS"),
    style.dim(`      ${header}`),
    ...snapshots.flatMap((snapshot, index) => [
      `${mark(snapshot, style)} ${oneLine(snapshot.id)}  ${status(snapshot, style)}`,
      `      ${rows[index]}`,
    ]),
  ];
}

function row({ ageSeconds, sizeGiB, runId, keepUntil, revision }: ListedSnapshot): string[] {
  return [
    ageSeconds === undefined ? "-" : roughly(ageSeconds * 1000),
    sizeGiB === undefined ? "-" : `${sizeGiB} GiB`,
    oneLine(runId ?? "-"),
    oneLine(keepUntil?.slice(0, 10) ?? "-"),
    oneLine(revision ?? "-"),
  ];
}

function mark({ status }: ListedSnapshot, style: Style): string {
  if (status === "available") return style.good("✓");
  return status === "failed" ? style.bad("✗") : style.caution("○");
}

function status({ status, percent }: ListedSnapshot, style: Style): string {
  if (status === "available") return style.dim(status);
  if (status === "failed") return style.bad(status);
  return style.caution(status === "creating" ? `creating, ${percent} %` : oneLine(status));
}
