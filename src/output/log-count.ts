import type { LogCount } from "../workflow/events.js";
import { plural } from "./text.js";

/** How complete the lines of a run are, in a sentence. */
export function logCountText({ lines, late, missing, ended }: LogCount): string {
  return [
    plural(lines, "log line"),
    ...(late === 0 ? [] : [`${late} of them late`]),
    missing === 0 ? "none missing" : `${missing} not in CloudWatch yet, shown from the function's answer`,
    ...(ended ? [] : ["Lambda's REPORT line has not come"]),
  ].join(", ");
}
