import { errorCategory } from "../contract/errors.js";
import type { FailureCategory } from "../contract/failure.js";
import type { DeployResult } from "../workflow/results/deploy.js";
import { hasLintErrors } from "../workflow/results/lint.js";
import type {
  CommandResult,
  ResultError,
  SnapshotResult,
  StatusAllResult,
  StatusResult,
} from "../workflow/results.js";

/** The one table of exit codes; `--help` prints it and a test compares the two. */
export const exitCodes = {
  0: "done: applied, nothing to do, or answered",
  1: "error: AWS, network, credentials, database out of reach, snapshot failed or timed out, a doctor check failed, a lint error",
  2: "usage or configuration, or what the contract cannot do",
  3: "pending migrations (status --exit-code only)",
  4: "a migration failed, or the migration history is inconsistent",
  5: "refused: no consent, policy, plan changed, destructive, stale code, wrong account or database",
  6: "locked: another run holds the lock",
  7: "unknown: what the run did could not be learned",
  130: "interrupted (SIGTERM: 143); the remote run goes on",
} as const;

export type ExitCode = keyof typeof exitCodes | 143;

/** In a word or two: `done`, `refused`. What else may be the reason is in the table. */
export function exitMeaning(code: number): string {
  const meaning = exitCodes[(code === 143 ? 130 : code) as keyof typeof exitCodes] ?? "";
  return meaning.replace(/\s*[:(].*$/, "");
}

const ofCategory: Record<FailureCategory, ExitCode> = {
  error: 1,
  usage: 2,
  pending: 3,
  migration: 4,
  refused: 5,
  locked: 6,
  unknown: 7,
  interrupted: 130,
};

export function exitCodeOfCategory(category: FailureCategory): ExitCode {
  return ofCategory[category];
}

/** The exit code is a pure function of the result. */
export function exitCodeOfResult(result: CommandResult, options: { exitCode?: boolean } = {}): ExitCode {
  switch (result.command) {
    case "status":
      return "stages" in result ? allStages(result, options) : oneStage(result, options);
    case "run":
    case "fix-history":
      return ofOutcome(result.outcome, result.error);
    case "runs":
    case "logs":
    case "create":
    case "local":
    case "completion":
      return 0;
    case "init":
      return result.action === "files" && result.outcome === "declined" ? 5 : 0;
    case "doctor":
      return result.counts.failed > 0 ? 1 : 0;
    case "deploy":
      return ofDeployment(result);
    case "lint":
      return hasLintErrors(result) ? 1 : 0;
    case "snapshot":
      return ofSnapshot(result);
  }
}

function ofOutcome(outcome: string, error: ResultError | undefined): ExitCode {
  if (outcome === "failed") return 4;
  if (outcome === "unknown") return 7;
  if (outcome === "locked") return 6;
  return error === undefined ? 0 : ofCategory[errorCategory(error.code)];
}

/** The code is deployed either way; code without the repository's migrations is nothing to go on with. */
function ofDeployment({ head, error }: DeployResult): ExitCode {
  if (head?.verdict === "stale") return 5;
  return error === undefined ? 0 : ofCategory[errorCategory(error.code)];
}

/** What else can go wrong with a snapshot is a failure and no result. */
function ofSnapshot(result: SnapshotResult): ExitCode {
  return result.action === "prune" && result.failed.length > 0 ? 1 : 0;
}

function oneStage(
  result: Pick<StatusResult, "error" | "state" | "pending">,
  options: { exitCode?: boolean },
): ExitCode {
  if (result.error !== undefined) return ofCategory[errorCategory(result.error.code)];
  if (options.exitCode !== true) return 0;
  // Some contracts tell what is applied and cannot tell what is pending.
  if (result.state === undefined) return 2;
  if (result.state === "inconsistent") return 4;
  return result.state === "up_to_date" || (result.state === "empty" && result.pending.length === 0) ? 0 : 3;
}

/** The gravest of all stages: an error before bad history, bad history before pending. */
function allStages({ stages }: StatusAllResult, options: { exitCode?: boolean }): ExitCode {
  const codes = stages.map((stage) =>
    "function" in stage ? oneStage(stage, options) : ofCategory[errorCategory(stage.error.code)],
  );
  for (const code of [1, 2, 5, 6, 4, 3] as const) if (codes.includes(code)) return code;
  return 0;
}
