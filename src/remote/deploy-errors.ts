import { excerpt } from "../contract/redact.js";
import { type ErrorContext, type Explanation, isDeployment, wordsFor } from "./explanation.js";
import type { Thrown } from "./thrown.js";

const refused = new Set([
  "CodeSigningConfigNotFoundException",
  "CodeStorageExceededException",
  "CodeVerificationFailedException",
  "InvalidCodeSignatureException",
  "InvalidParameterValueException",
]);

const tooLarge = new Set(["RequestTooLargeException", "RequestEntityTooLargeException"]);

/** What Lambda answers to new code, which is something else than what it answers to an invocation. */
export function explainDeployment(thrown: Thrown, context: ErrorContext): Explanation | undefined {
  if (!isDeployment(context.operation)) return undefined;
  const { name, message, status } = thrown;
  const said = excerpt(message, 400).replace(/([^.!?…])$/, "$1.");
  const { nothing } = wordsFor(context);
  const func = context.functionName ?? "NAME";
  const region = context.region === undefined ? "" : ` --region ${context.region}`;
  // Publishing names the code of which a version shall be made.
  const isOther = context.operation === "lambda:PublishVersion" && name === "InvalidParameterValueException";
  if (name === "PreconditionFailedException" || isOther) {
    return {
      code: "function_changed",
      message: `Somebody else changed ${func} meanwhile: ${said} ${nothing}`,
      hint: "See who deploys besides you, then deploy again.",
    };
  }
  if (name === "ResourceConflictException") {
    return {
      code: "function_not_ready",
      message: `${func} is being changed by somebody else just now: ${said} ${nothing}`,
      hint: `Wait for it, then deploy again:\naws lambda wait function-updated-v2 --function-name ${func}${region}`,
    };
  }
  if (tooLarge.has(name) || status === 413) {
    return {
      code: "payload_too_large",
      message: `The package is larger than Lambda takes directly: ${said} ${nothing}`,
      hint: "Write it to a file with --out and send it by way of S3.",
    };
  }
  if (refused.has(name)) {
    return {
      code: "package_refused",
      message: `Lambda does not take this package for ${func}: ${said} ${nothing}`,
      hint: "See what would be packed: migrate-remote deploy --dry-run",
    };
  }
  return undefined;
}
