import type { DeployResult } from "../../workflow/results/deploy.js";
import type { DoctorResult } from "../../workflow/results/doctor.js";
import type { LintResult } from "../../workflow/results/lint.js";
import { deployFacts, deployVerdict } from "../deploy.js";
import { checkMark, checkTitles, doctorVerdict } from "../doctor.js";
import type { Ending } from "../ending.js";
import { lintMark, lintVerdict, lookedAt } from "../lint.js";
import type { Style } from "../style.js";
import { endRows, factTable, targetRows } from "./facts.js";
import { code, lines, type Markdown, table, text } from "./markdown.js";
import type { SummaryParts } from "./summary.js";

export function deploy(result: DeployResult, ending: Ending, style: Style): SummaryParts {
  const facts = deployFacts(result, style).map(([name, value]): [string, Markdown | undefined] => [
    name,
    value && lines(value),
  ]);
  return {
    verdict: deployVerdict(result, style),
    body: ["", ...factTable([...targetRows(result, ending.links), ...facts, ...endRows(ending, result)])],
  };
}

/** Of more the server shows nobody anything. */
const mostRows = 200;

export function lint(result: LintResult, ending: Ending, style: Style): SummaryParts {
  const rows = result.findings
    .slice(0, mostRows)
    .map(({ level, rule, message, fix, file, line }) => [
      lintMark(level, style).mark,
      code(line === undefined ? file : `${file}, line ${line}`),
      [lines(message), ...(fix === undefined ? [] : [lines(fix)])].join("<br>"),
      code(rule),
    ]);
  const hidden = result.findings.length - rows.length;
  return {
    verdict: lintVerdict(result, style)[0] ?? "",
    body: [
      "",
      ...result.projects.map((project) => `- ${text(lookedAt(project))}`),
      "",
      ...table(["", "File", "Finding", "Rule"], rows),
      ...(hidden === 0 ? [] : ["", `… and ${hidden} more`]),
      "",
      ...factTable(endRows(ending)),
    ],
  };
}

/** What is well is counted in the verdict, and not listed. */
export function doctor(result: DoctorResult, ending: Ending, style: Style): SummaryParts {
  const rows = result.checks
    .filter(({ level }) => level !== "ok")
    .map(({ level, group, message, fix }) => [
      checkMark(level, style),
      text(checkTitles[group]),
      lines(message),
      fix === undefined ? "" : lines(fix),
    ]);
  return {
    verdict: doctorVerdict(result, style)[0] ?? "",
    body: ["", ...table(["", "", "Seen", "Fix"], rows), "", ...factTable(endRows(ending))],
  };
}
