import type { ListedSnapshot } from "../workflow/results.js";
import type { Style } from "./style.js";
import { oneLine, roughly, table } from "./text.js";
import { columnsOf } from "./width.js";

/** What the table shows them as: what they are, or what was or would be deleted. */
export type Shown = "there" | "deleted";

/** A line a snapshot, and two on a screen too narrow for that: its id, which is to be copied whole, and below it what is known of it. */
export function snapshotTable(snapshots: ListedSnapshot[], style: Style, shown: Shown = "there"): string[] {
  if (snapshots.length === 0) return [];
  const first = (one: ListedSnapshot) => `${mark(one, style, shown)} ${oneLine(one.id)}`;
  const whole = table([
    ["  ID", "STATUS", ...titles].map((title) => style.dim(title)),
    ...snapshots.map((one) => [first(one), status(one, style), ...row(one)]),
  ]);
  const fits = whole.every((line) => columnsOf(line) <= style.columns);
  if (!style.isTerminal || fits) return whole;
  const [header, ...rows] = table([titles, ...snapshots.map(row)]);
  return [
    style.dim("  ID, STATUS"),
    style.dim(`      ${header}`),
    ...snapshots.flatMap((one, index) => [`${first(one)}  ${status(one, style)}`, `      ${rows[index]}`]),
  ];
}

const titles = ["AGE", "SIZE", "RUN", "KEEP UNTIL", "REVISION"];

function row({ ageSeconds, sizeGiB, runId, keepUntil, revision }: ListedSnapshot): string[] {
  return [
    ageSeconds === undefined ? "-" : roughly(ageSeconds * 1000),
    sizeGiB === undefined ? "-" : `${sizeGiB} GiB`,
    oneLine(runId ?? "-"),
    oneLine(keepUntil?.slice(0, 10) ?? "-"),
    oneLine(revision ?? "-"),
  ];
}

function mark({ status }: ListedSnapshot, style: Style, shown: Shown): string {
  if (shown === "deleted") return style.dim("-");
  if (status === "available") return style.good("✓");
  return status === "failed" ? style.bad("✗") : style.caution("○");
}

function status({ status, percent }: ListedSnapshot, style: Style): string {
  if (status === "available") return style.dim(status);
  if (status === "failed") return style.bad(status);
  return style.caution(status === "creating" ? `creating, ${percent} %` : oneLine(status));
}
