import { Failure } from "../../contract/failure.js";
import type { StageContext } from "../stage-context.js";

/** Faults of reading the function that do not keep its logs from being read. */
const notDecisive = new Set(["access_denied", "function_not_found"]);

/**
 * The log group that the function's own LoggingConfig names, else the one that Lambda makes for a function of this name: the logs
 * outlive the function, and the right to read them does not bring the right to read its configuration.
 */
export async function findLogGroup({ farSide, target, emit }: StageContext): Promise<string> {
  try {
    return (await farSide.configuration()).logGroup;
  } catch (error) {
    if (!(error instanceof Failure) || !notDecisive.has(error.code)) throw error;
    const logGroup = `/aws/lambda/${target.functionShortName}`;
    emit({
      type: "warning",
      code: error.code,
      message: `${error.message} Reading ${logGroup} all the same.`,
    });
    return logGroup;
  }
}

export function missingGroup({ target }: StageContext, group: string, cause: unknown): Failure {
  return new Failure(
    "log_group_not_found",
    `Log group ${group} does not exist: the function has not run yet, or it writes to another one.`,
    {
      hint: `Wait for its first line: migrate-remote logs --stage ${target.stage} --follow`,
      cause,
    },
  );
}
