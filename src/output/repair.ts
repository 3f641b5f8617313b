import type { WorkflowEvent } from "../workflow/events.js";
import type { Style } from "./style.js";
import { oneLine } from "./text.js";

/** What a repair of history will do: from where to where, and the rows that come and go. */
export function repairLines(
  { target, repair }: Extract<WorkflowEvent, { type: "repair" }>,
  style: Style,
): string[] {
  const { from, to, record, remove } = repair;
  const now = from.length === 0 ? "no revision" : from.map(oneLine).join(", ");
  const then = to === undefined ? "what the function finds its schema to be" : oneLine(to);
  return [
    `${style.strong("History")} of ${target.stage} ${style.dim(oneLine(target.function))}`,
    `  says ${now}`,
    `  will say ${style.strong(then)}`,
    ...record.map(
      (revision) => `  ${style.good("+")} ${oneLine(revision)}  recorded as applied, not executed`,
    ),
    ...remove.map((revision) => `  ${style.caution("-")} ${oneLine(revision)}  taken out, not undone`),
    "",
  ];
}
