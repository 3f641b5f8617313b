import { Failure } from "../../contract/failure.js";
import type { StageContext } from "../stage-context.js";

/** Faults of reading the function that do not keep its logs from being read. */
const notDecisive = new Set(["access_denied", "function_not_found"]);

export interface LogGroup {
  group: string;
  /** AWS knows no function of this name: nobody will write to the group. */
  functionMissing: boolean;
}

/**
 * The log group that the function's own LoggingConfig names, else the one that Lambda makes for a function of this name: the logs
 * outlive the function, and the right to read them does not bring the right to read its configuration.
 */
export async function findLogGroup({ farSide, target, emit }: StageContext): Promise<LogGroup> {
  try {
    return { group: (await farSide.configuration()).logGroup, functionMissing: false };
  } catch (error) {
    if (!(error instanceof Failure) || !notDecisive.has(error.code)) throw error;
    const group = `/aws/lambda/${target.functionShortName}`;
    emit({ type: "warning", code: error.code, message: `${error.message} Reading ${group} all the same.` });
    return { group, functionMissing: error.code === "function_not_found" };
  }
}

export function missingGroup(
  { target }: StageContext,
  { group, functionMissing }: LogGroup,
  cause: unknown,
): Failure {
  const said = functionMissing
    ? {
        why: ", and AWS knows no such function either.",
        hint: `Check \`function\` and \`project\` in .migraterc.json, --stage (${target.stage}), --region and --profile.`,
      }
    : {
        why: ": the function has not run yet, or it writes to another one.",
        hint: `Wait for its first line: migrate-remote logs --stage ${target.stage} --follow`,
      };
  return new Failure("log_group_not_found", `Log group ${group} does not exist${said.why}`, {
    hint: said.hint,
    cause,
  });
}
