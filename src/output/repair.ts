import type { WorkflowEvent } from "../workflow/events.js";
import type { IntendedRepair } from "../workflow/intended-repair.js";
import type { Style } from "./style.js";
import { oneLine, table, wrap } from "./text.js";

/** What a repair of history will do: from where to where, and the rows that come and go. */
export function repairLines(
  { target, repair }: Extract<WorkflowEvent, { type: "repair" }>,
  style: Style,
): string[] {
  const { from, to, change } = repair;
  const named = (revisions: string[]) =>
    revisions.length === 0 ? "no revision" : revisions.map(oneLine).join(", ");
  const then = to === undefined ? "what the function finds its schema to be" : named(to);
  return [
    `${style.strong("History")} of ${target.stage} ${style.dim(oneLine(target.function))}`,
    `  says ${named(from)}`,
    `  will say ${style.strong(then)}`,
    ...changeLines(change, style),
    "",
  ];
}

function changeLines(change: IntendedRepair["change"], style: Style): string[] {
  if (change === undefined) {
    const untold =
      "Which revisions it records and takes out is known when it is done: the function does not say before.";
    return wrap(untold, style.columns - 2)
      .split("\n")
      .map((line) => `  ${line}`);
  }
  const { record, remove } = change;
  return table([
    ...record.map((revision) => [
      `  ${style.good("+")} ${oneLine(revision)}`,
      "recorded as applied, not executed",
    ]),
    ...remove.map((revision) => [`  ${style.caution("-")} ${oneLine(revision)}`, "taken out, not undone"]),
  ]);
}
