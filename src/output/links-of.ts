import type { CommandResult } from "../workflow/results.js";
import { type ConsoleLinks, type ConsolePlaces, consoleLinks } from "./console-links.js";
import { linked, type Style } from "./style.js";
import { oneLine } from "./text.js";

/** The console's pages about what a command came to; none for a function that is not in AWS's own cloud. */
export function linksOf(
  result: CommandResult | undefined,
  place: Pick<ConsolePlaces, "region" | "function"> | undefined,
): ConsoleLinks {
  return place === undefined ? {} : consoleLinks({ ...place, ...(result && placesOf(result)) });
}

function placesOf(result: CommandResult): Pick<ConsolePlaces, "logs" | "snapshotId"> {
  switch (result.command) {
    case "run":
    case "fix-history":
      return { logs: result.logs, snapshotId: result.wayBack?.snapshotId };
    case "snapshot":
      return result.action === "create" || result.action === "wait" ? { snapshotId: result.snapshot.id } : {};
    default:
      return {};
  }
}

/** The addresses on lines of their own, whole, where no terminal opens them behind words. */
export function linkLines(links: ConsoleLinks, style: Style): string[] {
  if (style.links !== "written") return [];
  const rows = [
    ["function", links.function],
    ["logs", links.logs],
    ["snapshot", links.snapshot],
  ] as const;
  return rows.flatMap(([name, url]) => (url === undefined ? [] : [`  ${style.dim(`${name}  ${url}`)}`]));
}

/** The first line of nearly every result: the stage and its function. */
export function headLine(
  { stage, function: name }: { stage: string; function: string },
  { function: url }: ConsoleLinks,
  style: Style,
): string {
  return `${style.strong(stage)}  ${linked(style.dim(oneLine(name)), url, style)}`;
}
