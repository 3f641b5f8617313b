import type { Report } from "../../contract/report.js";
import type { Environment } from "../environment/credentials.js";
import type { Log } from "../log.js";
import type { LambdaContext } from "../types.js";
import { metricsLine } from "./metrics.js";
import { noticeOf } from "./notice.js";
import { publish } from "./publish.js";
import { stageOf } from "./stage.js";

export interface Telling {
  /** `HandlerOptions.notify`. */
  topic: string | undefined;
  environment: Environment;
  context: LambdaContext;
  coldStart: boolean;
  log: Log;
  /** Takes a line as it is. */
  sink: (line: string) => void;
}

const longestMs = 3_000;

/**
 * Step 8, after the outcome is committed: one line of metrics, and a notice where something was done or failed. Never rejects: the migration
 * is done, whoever hears of it.
 */
export async function tellOutcome(report: Report, telling: Telling): Promise<void> {
  const { environment, context, coldStart, log, sink } = telling;
  const {
    functionName = environment.AWS_LAMBDA_FUNCTION_NAME,
    awsRequestId: requestId,
    logStreamName,
  } = context;
  const stage = stageOf(environment, functionName);
  const line = metricsLine(report, {
    stage,
    coldStart,
    now: Date.now(),
    ...(requestId === undefined ? {} : { requestId }),
  });
  if (line !== undefined) sink(JSON.stringify(line));
  const topic = (telling.topic ?? environment.MIGRATION_SNS_TOPIC_ARN ?? "").trim();
  if (topic === "") return;
  const notice = noticeOf(report, {
    stage,
    ...(functionName === undefined ? {} : { functionName }),
    ...(logStreamName === undefined ? {} : { logStream: logStreamName }),
  });
  if (notice === undefined) return;
  const left = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  const failure = await publish(topic, notice, Math.max(1, Math.min(longestMs, left / 2)));
  if (failure !== undefined)
    log(
      "warn",
      "notice_not_sent",
      `The SNS notice could not be sent (${failure}). The outcome stands as it is.`,
    );
}
