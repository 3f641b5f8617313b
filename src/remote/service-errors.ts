import { excerpt } from "../contract/redact.js";
import { type ErrorContext, type Explanation, isRead, wordsFor } from "./explanation.js";
import type { Thrown } from "./thrown.js";

const denied = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"]);

const notReady = new Set([
  "CodeArtifactUserPendingException",
  "ENILimitReachedException",
  "ENINotReadyException",
  "ResourceConflictException",
  "ResourceNotReadyException",
  "SnapStartNotReadyException",
  "SubnetIPAddressLimitReachedException",
]);

const throttled = new Set([
  "EC2ThrottledException",
  "RequestLimitExceeded",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

const tooLarge = new Set(["RequestTooLargeException", "SerializedRequestEntityTooLargeException"]);

/** What an AWS service answered instead of doing what it was asked. */
export function explainService(thrown: Thrown, context: ErrorContext): Explanation | undefined {
  const { name, message, status } = thrown;
  const text = excerpt(message, 400);
  const said = /[.!?…]$/.test(text) ? text : `${text}.`;
  const where = `${context.functionName === undefined ? "" : ` ${context.functionName}`}${inRegion(context)}`;
  if (denied.has(name)) return explainDenied(message, said, context);
  if (name === "ResourceNotFoundException" && isAboutFunction(thrown, context)) {
    return {
      code: "function_not_found",
      message: `There is no function${where} (nor such a version or alias of it).${isRead(context.operation) ? "" : " Nothing was executed."}`,
      hint: `Check \`${context.setting ?? "function"}\` and \`project\` in .migraterc.json, the region${context.region === undefined ? "" : ` (${context.region})`} and the account; \`aws lambda list-functions${regionOption(context)}\` lists those there are.`,
    };
  }
  if (notReady.has(name)) {
    return {
      code: "function_not_ready",
      message: `The function${where} cannot be invoked just now: ${said} Nothing was executed.`,
      hint: `It is being created, updated or woken. \`aws lambda wait function-active-v2 --function-name ${context.functionName ?? "NAME"}${regionOption(context)}\` waits for it.`,
    };
  }
  if (throttled.has(name) || status === 429) {
    return {
      code: "throttled",
      message: `AWS turned ${context.operation} away because of too many requests: ${said} ${throttledMeans(thrown, context)}`,
      hint: `Wait a little, then see with ${wordsFor(context).see} what stands now.`,
    };
  }
  if (tooLarge.has(name) || status === 413) {
    return {
      code: "payload_too_large",
      message: `The request is larger than AWS takes: ${said} Nothing was executed.`,
      hint: "Lambda takes 6 MB in one invocation. Run the same command with --verbose to see what was sent.",
    };
  }
  // A gateway that answers HTML leaves a status and an error of the parser, of JSON or of XML.
  if (status < 500) return undefined;
  const isForeign = name === "SyntaxError" || message.includes("$response");
  const answer = isForeign ? "something that is not from AWS's own service" : said;
  return {
    code: "service_error",
    message: `AWS answered ${context.operation} with an error of its own (${status}): ${answer} What came of the request is not known from this alone.`,
    hint: `See with ${wordsFor(context).see} what stands now, and https://health.aws.amazon.com for AWS itself.`,
  };
}

function explainDenied(message: string, said: string, context: ErrorContext): Explanation {
  const action = /not authorized to perform: ([\w:*-]+)/.exec(message)?.[1];
  const resource = /on resource: (arn:[^\s,"]+)/.exec(message)?.[1];
  const what = action === undefined ? context.operation : `${action}${resource ? ` on ${resource}` : ""}`;
  return {
    code: "access_denied",
    message: `AWS does not allow ${what}${inRegion(context)}: ${said} ${wordsFor(context).nothing}`,
    hint: `Have ${action ?? `the permission for ${context.operation}`} granted to who you are (\`aws sts get-caller-identity${context.profile === undefined ? "" : ` --profile ${context.profile}`}\`), or use another --profile. What all commands need: migrate-remote init --iam`,
  };
}

function throttledMeans({ attempts }: Thrown, { operation }: ErrorContext): string {
  if (!operation.startsWith("rds:"))
    return "This request was not executed; with a reserved concurrency of one an earlier one may still run.";
  // Before the last one an answer may have been lost.
  return attempts > 1 ? "The last of several attempts changed nothing." : "Nothing was changed.";
}

function isAboutFunction({ message }: Thrown, { functionName }: ErrorContext): boolean {
  return functionName !== undefined && !/log (group|stream)/i.test(message);
}

function inRegion({ region }: ErrorContext): string {
  return region === undefined ? "" : ` in ${region}`;
}

function regionOption({ region }: ErrorContext): string {
  return region === undefined ? "" : ` --region ${region}`;
}
