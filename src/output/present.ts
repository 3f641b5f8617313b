import type { CommandResult, ResultError } from "../workflow/results.js";
import { completionText } from "./completion.js";
import type { ConsoleLinks } from "./console-links.js";
import { createText } from "./create.js";
import { deployText } from "./deploy.js";
import { doctorText } from "./doctor.js";
import { harmlessJson } from "./harmless.js";
import { initText } from "./init.js";
import { lintText } from "./lint.js";
import { localText } from "./local.js";
import { problemLines } from "./problem.js";
import { completeLines, type Given } from "./recommend.js";
import { fixHistoryText, runText } from "./run.js";
import { runStatsText } from "./run-stats.js";
import { runsText } from "./runs.js";
import { snapshotText } from "./snapshots.js";
import { statusAllText, statusText } from "./status.js";
import type { Style } from "./style.js";

/** A result as text. Logs have printed themselves. `given`: what recommended commands go on with. */
export function resultText(
  result: CommandResult,
  style: Style,
  links: ConsoleLinks = {},
  given: Given = { words: "", stage: "" },
): string {
  const lines = resultLines(result, style, links);
  if (lines.length === 0) return "";
  const text = `${lines.join("\n")}\n`;
  return isFile(result) ? text : completeLines(text, given, style.columns);
}

/** What is printed is what stands in a file, or will: nothing in it is told to whoever reads it here. */
function isFile(result: CommandResult): boolean {
  return result.command === "completion" || (result.command === "init" && result.action !== "policies");
}

/** The last line is the verdict. */
export function resultLines(result: CommandResult, style: Style, links: ConsoleLinks): string[] {
  switch (result.command) {
    case "status":
      return "stages" in result ? statusAllText(result, style) : statusText(result, style, links);
    case "run":
      return runText(result, style, links);
    case "fix-history":
      return fixHistoryText(result, style, links);
    case "runs":
      return "stats" in result ? runStatsText(result, style) : runsText(result, style);
    case "snapshot":
      return snapshotText(result, style, links);
    case "logs":
      return [];
    case "init":
      return initText(result, style);
    case "doctor":
      return doctorText(result, style);
    case "deploy":
      return deployText(result, style);
    case "create":
      return createText(result, style);
    case "lint":
      return lintText(result, style);
    case "local":
      return localText(result, style);
    case "completion":
      return completionText(result);
  }
}

export function errorText(error: ResultError, style: Style): string {
  return `${problemLines(error, style).join("\n")}\n`;
}

/** One object, keys in camelCase. */
export function jsonText(value: object): string {
  return `${harmlessJson(JSON.stringify(value, null, 2))}\n`;
}

/** An error as the command's other JSON is: `logs` prints one object a line, and is read so. */
export function jsonErrorText(value: object, command: string | undefined): string {
  return command === "logs" ? `${harmlessJson(JSON.stringify(value))}\n` : jsonText(value);
}
