import type { InitFile, InitFilesResult, InitResult } from "../workflow/results/init.js";
import { policiesText } from "./policies.js";
import type { Style } from "./style.js";
import { indent, oneLine, plural, table, visible, wrap, wrapped } from "./text.js";

export function initText(result: InitResult, style: Style): string[] {
  switch (result.action) {
    case "files":
      return filesText(result, style);
    case "policies":
      return policiesText(result, style);
    case "alarms":
      // Nothing besides: it is piped into a file, and what is to be known stands in its comments.
      return result.template.trimEnd().split("\n");
  }
}

function filesText(result: InitFilesResult, style: Style): string[] {
  const { files, notes, asked } = result;
  return [
    ...(asked ? [] : proposalLines({ files, notes }, style)),
    wrapped(verdict(result, style), style),
    ...result.next.map((command) => `    ${style.strong(oneLine(command))}`),
  ];
}

/** The files whole, each with where what it says was seen, and what is to be known besides. */
export function proposalLines(
  { files, notes }: Pick<InitFilesResult, "files" | "notes">,
  style: Style,
): string[] {
  return [
    ...files.flatMap((file) => [...fileLines(file, style), ""]),
    ...notes.map(
      (note) => `${style.caution("!")} ${wrap(visible(note), style.columns - 2).replaceAll("\n", "\n  ")}`,
    ),
    ...(notes.length === 0 ? [] : [""]),
  ];
}

function fileLines({ path, change, content, summary, seen }: InitFile, style: Style): string[] {
  const title = `${style.strong(oneLine(path))}${change === "append" ? style.dim("  (added at its end)") : ""}`;
  const body = summary === undefined ? visible(content.trimEnd()) : summary;
  const rows = seen.map(({ what, where }) => [oneLine(what), style.dim(oneLine(where))]);
  return [
    title,
    "",
    indent(body, "  "),
    ...(rows.length === 0 ? [] : ["", `  ${style.dim("seen:")}`, ...table(rows).map((row) => `    ${row}`)]),
  ];
}

function verdict({ outcome, files }: InitFilesResult, style: Style): string {
  const names = files.map(({ path }) => oneLine(path)).join(", ");
  switch (outcome) {
    case "written":
      return `${style.good("✓")} ${style.strong(`Wrote ${plural(files.length, "file")}`)}: ${names}. Next:`;
    case "proposed":
      return `${style.caution("○")} ${style.strong("Nothing was written")}: this is what is proposed. To write it:`;
    case "declined":
      return `${style.caution("○")} ${style.strong("Nothing was written")}.`;
  }
}
