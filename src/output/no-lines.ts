import type { LogsResult } from "../workflow/results.js";
import { oneLine, plural } from "./text.js";

/** What is said where a log was read and nothing of it printed: silence would look like a mistake. Undefined: there were lines. */
export function noLinesText(result: LogsResult): string | undefined {
  return result.lines > 0 ? undefined : `${oneLine(`${what(result)} ${next(result)}`.trim())}\n`;
}

function what({ group, since, heldBack, searched, requestIds }: LogsResult): string {
  const held = `the filters held back ${plural(heldBack, "line")}`;
  if (requestIds !== undefined)
    return `No line of this invocation to show${heldBack > 0 ? `: ${held}` : ""}.`;
  const text = searched ? " with this text" : "";
  const filtered = heldBack > 0 ? `: ${held}` : "";
  return `No line${text} in ${group} since ${since.slice(0, 19).replace("T", " ")} UTC${filtered}.`;
}

function next({ stage, heldBack, searched, requestIds, furtherBack }: LogsResult): string {
  if (requestIds !== undefined && heldBack === 0)
    return "CloudWatch shows lines some seconds late; with --follow they are waited for.";
  if (heldBack > 0) return "Leave out --level, --grep or --filter to see them.";
  const further =
    furtherBack === undefined ? "" : ` Further back: migrate-remote logs --stage ${stage} ${furtherBack}`;
  return `${searched ? "--filter takes text as it stands, capitals too." : ""}${further}`.trim();
}
