import type { Check, CheckGroup, CheckLevel, DoctorResult } from "../workflow/results/doctor.js";
import type { Style } from "./style.js";
import { oneLine, plural, visible, wrap, wrapped } from "./text.js";

export const checkTitles: Record<CheckGroup, string> = {
  machine: "This machine",
  configuration: "Configuration",
  credentials: "Credentials",
  local: "Local stage",
  function: "Function",
  network: "Network",
  logs: "Logs",
  database: "Database",
  snapshots: "Snapshots",
  notices: "Notices",
  handler: "Handler",
};

/** Group by group what was seen, and below what is not well how it is mended. */
export function doctorText(result: DoctorResult, style: Style): string[] {
  const { checks, stage } = result;
  const tried = checks.filter(({ level }) => level !== "skipped");
  const left = checks.filter(({ level }) => level === "skipped");
  const groups = [...new Set(tried.map(({ group }) => group))];
  return [
    ...(stage === undefined
      ? []
      : [`${style.strong(stage)}  ${style.dim(oneLine(result.function ?? ""))}`, ""]),
    ...groups.flatMap((group) => [
      style.strong(checkTitles[group]),
      ...tried.filter((check) => check.group === group).flatMap((check) => checkLines(check, style)),
    ]),
    ...left.flatMap((check) => checkLines(check, style)),
    "",
    ...permissionLines(result, style),
    ...doctorVerdict(result, style),
  ];
}

function checkLines({ level, message, fix, missingPermission }: Check, style: Style): string[] {
  const shown = level === "ok" ? style.dim : (line: string) => line;
  const text = hanging(visible(message), style).map((line, index) =>
    index === 0 ? `  ${checkMark(level, style)} ${shown(line)}` : `    ${shown(line)}`,
  );
  // What is not allowed is said once, below.
  const isSaidBelow = level === "unknown" && missingPermission !== undefined;
  if (fix === undefined || isSaidBelow) return text;
  return [
    ...text,
    // A command that stands on a line of its own is indented as it is.
    ...wrap(`→ ${visible(fix)}`, style.columns - 6)
      .split("\n")
      .map((line, index) => (index === 0 || line.startsWith("  ") ? `    ${line}` : `      ${line}`)),
  ];
}

function hanging(text: string, { columns }: Style): string[] {
  return wrap(text, columns - 4).split("\n");
}

export function checkMark(level: CheckLevel, style: Style): string {
  switch (level) {
    case "ok":
      return style.good("✓");
    case "warning":
      return style.caution("!");
    case "failed":
      return style.bad("✗");
    case "unknown":
      return style.caution("?");
    case "skipped":
      return style.dim("○");
  }
}

function permissionLines({ checks, stage }: DoctorResult, { columns }: Style): string[] {
  const missing = checks.flatMap(({ level, missingPermission }) =>
    level === "unknown" && missingPermission !== undefined ? [missingPermission] : [],
  );
  if (missing.length === 0) return [];
  const names = [...new Set(missing)].join(", ");
  return [
    ...wrap(
      `To see the rest, allow ${names}. A policy that does: migrate-remote init --iam${stage === undefined ? "" : ` --stage ${stage}`}`,
      columns,
    ).split("\n"),
    "",
  ];
}

/** The verdict, and below it what comes next. */
export function doctorVerdict(
  { checks, counts, stage, next: command }: DoctorResult,
  style: Style,
): string[] {
  const tried = plural(checks.length - counts.skipped, "check");
  const also = [
    ...(counts.warning === 0 ? [] : [plural(counts.warning, "warning")]),
    ...(counts.unknown === 0 ? [] : [`${counts.unknown} unknown`]),
  ];
  const rest = also.join(", ");
  const of = stage === undefined ? "" : ` --stage ${stage}`;
  if (counts.failed > 0) {
    const failed = checks.filter(({ level }) => level === "failed").map(({ code }) => code);
    return [
      wrapped(
        `${style.bad("✗")} ${style.strong(`${counts.failed} of ${tried} failed`)}: ${failed.join(", ")}.${rest === "" ? "" : ` ${rest}.`}`,
        style,
      ),
      `  Mend the first one, then: migrate-remote doctor${of}`,
    ];
  }
  const next = command === undefined ? [] : [`  Next: ${command}`];
  if (also.length > 0)
    return [`${style.caution("!")} ${style.strong("Nothing failed")} of ${tried}, ${rest}.`, ...next];
  return [`${style.good("✓")} All ${tried} are well.`, ...next];
}
