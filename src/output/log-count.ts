import type { LogCount } from "../workflow/events.js";
import { plural } from "./text.js";

/** How complete the lines of a run are, in a sentence. */
export function logCountText({ lines, late, missing, ended }: LogCount): string {
  return [
    plural(lines, "log line"),
    ...(late === 0 ? [] : [`${late} of them late`]),
    missing === 0 ? "none missing" : `${missing} not seen in CloudWatch, shown from the function's answer`,
    ...(ended ? [] : ["without Lambda's REPORT line"]),
  ].join(", ");
}
