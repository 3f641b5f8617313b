import { Failure } from "../contract/failure.js";
import type { LogLine } from "./events.js";
import { parseLogLine } from "./log-line.js";
import { followLogs } from "./logs/follow.js";
import type { LogsResult } from "./results.js";
import { functionFacts, type StageContext, targetSummary } from "./stage-context.js";

/** The logs of a function outlive it. */
async function findLogGroup(context: StageContext): Promise<string> {
  try {
    return (await functionFacts(context)).logGroup;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "function_not_found") throw error;
    const logGroup = `/aws/lambda/${context.target.functionShortName}`;
    context.emit({
      type: "warning",
      code: error.code,
      message: `${error.message} Reading ${logGroup} all the same.`,
    });
    return logGroup;
  }
}

export interface LogsRequest {
  follow: boolean;
  /** Milliseconds since the epoch. */
  since: number;
}

/** The far side's lines since a moment, and as they come with `follow`, until it is aborted. */
export async function readLogs(
  context: StageContext,
  request: LogsRequest,
  print: (line: LogLine) => void,
): Promise<LogsResult> {
  const logGroup = await findLogGroup(context);
  let lines = 0;
  await followLogs(context.farSide, {
    group: logGroup,
    since: request.since,
    signal: context.signal,
    patience: request.follow ? "passing" : "none",
    onEvent: (event) => {
      lines += 1;
      print(parseLogLine(event));
    },
    emit: context.emit,
    done: ({ caughtUp }) => caughtUp && !request.follow,
  });
  return { command: "logs", ...targetSummary(context), group: logGroup, lines };
}
