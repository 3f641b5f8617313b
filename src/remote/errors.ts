import { excerpt } from "../contract/redact.js";
import { explainCredentials } from "./credential-errors.js";
import { explainDatabase } from "./database-errors.js";
import { explainDeployment } from "./deploy-errors.js";
import { type ErrorContext, type Explanation, isRead, wordsFor } from "./explanation.js";
import { networkReason, neverReached } from "./network.js";
import { RemoteError } from "./remote-error.js";
import { explainService } from "./service-errors.js";
import { readThrown } from "./thrown.js";

export type { ErrorContext } from "./explanation.js";
export { neverReached } from "./network.js";
export { RemoteError } from "./remote-error.js";

/** Turns whatever an AWS client threw into one paragraph and a hint for people. Never throws; a RemoteError stays what it is. */
export function explainAwsError(error: unknown, context: ErrorContext): RemoteError {
  if (error instanceof RemoteError) return error;
  const thrown = readThrown(error);
  const explanation =
    explainCredentials(thrown, context) ??
    explainNetwork(error, context) ??
    explainDatabase(thrown, context) ??
    explainDeployment(thrown, context) ??
    explainService(thrown, context) ??
    explainOther(thrown, context);
  return new RemoteError({ ...explanation, cause: error });
}

function explainNetwork(error: unknown, context: ErrorContext): Explanation | undefined {
  const network = networkReason(error, {
    see: wordsFor(context).see,
    url: addressOf(context),
    region: context.endpoint === undefined ? context.region : undefined,
  });
  if (network === undefined) return undefined;
  const sent = neverReached(error)
    ? " Nothing was sent."
    : isRead(context.operation)
      ? ""
      : " Whether the request arrived is not known from this alone.";
  const where = context.endpoint === undefined ? "AWS" : excerpt(context.endpoint, 200);
  const region = context.region === undefined ? "" : ` in ${context.region}`;
  return {
    code: "network",
    message: `${context.operation} could not reach ${where}${region}: ${network.reason}.${sent}`,
    hint: network.hint,
  };
}

/** Where a request went, as far as the words of an error need it. */
function addressOf({ endpoint, operation, region }: ErrorContext): string | undefined {
  if (endpoint !== undefined) return excerpt(endpoint, 200);
  const [, service] = /^([a-z]+):/.exec(operation) ?? [];
  if (service === undefined || region === undefined || !/^[a-z0-9-]+$/.test(region)) return undefined;
  return `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

function explainOther(
  { name, message, status }: ReturnType<typeof readThrown>,
  context: ErrorContext,
): Explanation {
  const answered = status === 0 ? "" : ` with status ${status}`;
  // What the SDK says of an answer that it cannot read is for whoever holds the error object in a debugger. AWS never sends elsewhere.
  const isForeign = message.includes("$response") || (status >= 300 && status < 400);
  const kind = name === "" || name === "Error" ? "" : `${name}: `;
  if (!isForeign) {
    return {
      code: "other",
      message: `${context.operation} failed${answered}: ${excerpt(`${kind}${message}`)}`,
      hint: "Run the same command with --verbose to see everything that is known of this error.",
    };
  }
  const url = addressOf(context);
  return {
    code: "other",
    message: `What answered ${context.operation}${answered} does not speak the protocol of AWS.`,
    hint: `Check \`endpoint\` in the configuration, and what is in between: a proxy, or a network that wants you to log in in a browser first.${url === undefined ? "" : ` See what answers: \`curl -v ${url}\``}`,
  };
}
