import type { IncomingHttpHeaders } from "node:http";
import type { FunctionDefinition } from "../functions.js";
import type { Services } from "../keeper/household.js";
import type { Answer } from "./answer.js";
import { AwsError } from "./errors.js";

/** Lambda's limits for a payload, in bytes. */
const largestPayload = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 };
type InvocationType = keyof typeof largestPayload;

export async function invokeFunction(
  headers: IncomingHttpHeaders,
  body: Buffer,
  requestId: string,
  definition: FunctionDefinition,
  services: Services,
): Promise<Answer> {
  const type = invocationType(headers["x-amz-invocation-type"] ?? "RequestResponse");
  const payload = checkedPayload(body, type);
  const executed = { "x-amz-executed-version": "$LATEST" };
  if (type === "DryRun") return { status: 204, headers: executed, body: "" };
  if (type === "Event") {
    services.invokeLater(definition.name, requestId, payload);
    return { status: 202, headers: {}, body: "" };
  }
  // The invocation goes on when the caller hangs up, as Lambda's does.
  const outcome = await services.invoke(definition.name, requestId, payload);
  if (!outcome) {
    throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
      Reason: "ConcurrentInvocationLimitExceeded",
    });
  }
  const answer: Answer = {
    status: 200,
    headers: { ...executed, "content-type": "application/json" },
    body: outcome.payload,
  };
  if (outcome.failed) answer.headers["x-amz-function-error"] = "Unhandled";
  if (headers["x-amz-log-type"] === "Tail")
    answer.headers["x-amz-log-result"] = outcome.log.toString("base64");
  return answer;
}

function invocationType(value: string | string[]): InvocationType {
  if (value === "RequestResponse" || value === "Event" || value === "DryRun") return value;
  throw new AwsError("InvalidParameterValueException", `The invocation type ${value} does not exist.`);
}

function checkedPayload(body: Buffer, type: InvocationType): Buffer {
  if (body.length > largestPayload[type]) {
    const text = `Request must be smaller than ${largestPayload[type]} bytes for the InvokeFunction operation`;
    throw new AwsError("RequestTooLargeException", text, 413);
  }
  if (body.length === 0) return Buffer.from("{}");
  try {
    JSON.parse(body.toString());
    return body;
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.");
  }
}
