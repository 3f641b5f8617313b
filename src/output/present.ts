import type { CommandResult, ResultError } from "../workflow/results.js";
import { completionText } from "./completion.js";
import { createText } from "./create.js";
import { deployText } from "./deploy.js";
import { doctorText } from "./doctor.js";
import { initText } from "./init.js";
import { lintText } from "./lint.js";
import { localText } from "./local.js";
import { problemLines } from "./problem.js";
import { fixHistoryText, runText } from "./run.js";
import { runStatsText } from "./run-stats.js";
import { runsText } from "./runs.js";
import { snapshotText } from "./snapshots.js";
import { statusAllText, statusText } from "./status.js";
import type { Style } from "./style.js";

/** A result as text. Logs have printed themselves. */
export function resultText(result: CommandResult, style: Style): string {
  const lines = resultLines(result, style);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function resultLines(result: CommandResult, style: Style): string[] {
  switch (result.command) {
    case "status":
      return "stages" in result ? statusAllText(result, style) : statusText(result, style);
    case "run":
      return runText(result, style);
    case "fix-history":
      return fixHistoryText(result, style);
    case "runs":
      return "stats" in result ? runStatsText(result, style) : runsText(result, style);
    case "snapshot":
      return snapshotText(result, style);
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
      return completionText(result, style);
  }
}

export function errorText(error: ResultError, style: Style): string {
  return `${problemLines(error, style).join("\n")}\n`;
}

/** One object, keys in camelCase. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** An error as the command's other JSON is: `logs` prints one object a line, and is read so. */
export function jsonErrorText(value: object, command: string | undefined): string {
  return command === "logs" ? `${JSON.stringify(value)}\n` : jsonText(value);
}
