import type { LogLine } from "../workflow/events.js";
import type { Style } from "./style.js";
import { oneLine, visible } from "./text.js";

/** One log line for people; undefined where it says nothing to them. */
export function logText(line: LogLine, style: Style): string | undefined {
  if (line.platform !== undefined && line.platform !== "report") return undefined;
  const clock = style.dim(line.time.slice(11, 19));
  if (line.platform === "report") return `${clock}  ${style.dim(reportText(line.message))}`;
  const message = visible(line.message).replaceAll("\n", "\n          ");
  if (line.level === "error") return `${clock}  ${style.bad(message)}`;
  if (line.level === "warn") return `${clock}  ${style.caution(message)}`;
  return `${clock}  ${line.level === "debug" ? style.dim(message) : message}`;
}

/** Lambda's REPORT line, folded to what people ask of it. */
function reportText(message: string): string {
  const value = (name: string) => new RegExp(`${name}: ([^\\t]+)`).exec(message)?.[1]?.trim();
  const took = /(?:^|\t)Duration: ([^\t]+)/.exec(message)?.[1]?.trim();
  if (took === undefined) return oneLine(message);
  const init = value("Init Duration");
  return oneLine(
    `took ${took}, memory ${value("Max Memory Used") ?? "?"} of ${value("Memory Size") ?? "?"}${init === undefined ? "" : `, cold start ${init}`}`,
  );
}
