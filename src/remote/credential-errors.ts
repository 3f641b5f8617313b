import { excerpt } from "../contract/redact.js";
import type { ErrorContext, Explanation } from "./explanation.js";
import type { Thrown } from "./thrown.js";

const expired = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]);

const invalid = new Set([
  "AuthFailure",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** What the SDK says where the session of `aws login` is over, or was never begun. */
const ofLogin = /aws login|[\\/]login[\\/]cache[\\/]/;

/** A file that is not there tells nothing that the hint does not. */
const noSession = /[\\/]login[\\/]cache[\\/].*ENOENT/;

/** Why a request could not be signed, or its signature was not accepted. */
export function explainCredentials(thrown: Thrown, context: ErrorContext): Explanation | undefined {
  const { name, message } = thrown;
  const said = sentence(excerpt(message, 300));
  const ofProfile = context.profile === undefined ? "" : ` of profile ${context.profile}`;
  const option = context.profile === undefined ? "" : ` --profile ${context.profile}`;
  if (message === "Region is missing") {
    return {
      code: "region_missing",
      message: `${context.operation} needs a region, and neither flag, environment, configuration nor profile says one. Nothing was sent.`,
      hint: "Run the same command with --region NAME, or set `region` in .migraterc.json.",
    };
  }
  if (
    expired.has(name) ||
    /SSO session|Token is expired|Session token not found or invalid/i.test(message) ||
    ofLogin.test(message)
  ) {
    const login = ofLogin.test(message) ? "login" : "sso login";
    const how = expired.has(name)
      ? `Get new ones: \`aws sso login${option}\` where they come from SSO; keys exported into this shell are replaced by new ones.`
      : `Run \`aws ${login}${option}\`, then the same command again.`;
    return {
      code: "credentials_expired",
      message: `The credentials${ofProfile} are expired or no longer valid: ${noSession.test(message) ? "there is no session." : said}`,
      hint: how,
    };
  }
  if (/multi-factor authentication|MultiFactorAuthentication/i.test(message)) {
    return {
      code: "mfa_required",
      message: `Assuming the role${ofProfile} needs a valid MFA code: ${said}`,
      hint: "Run the same command on a terminal, where the code is asked; wait for a new code if one was just used.",
    };
  }
  if (
    /could not be found in shared credentials file|Could not resolve credentials using profile/.test(message)
  ) {
    return {
      code: "profile_not_found",
      message: `There is no profile ${missingProfile(message, context.profile)} with credentials in ~/.aws/config or ~/.aws/credentials: ${said}`,
      hint: "List those there are with `aws configure list-profiles`, then say --profile NAME or correct `profile` in .migraterc.json.",
    };
  }
  if (name === "CredentialsProviderError" || name === "TokenProviderError") {
    return {
      code: "credentials_missing",
      message: `No AWS credentials were found${ofProfile}: ${said} Nothing was sent.`,
      hint: `Say --profile NAME, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in: aws sso login${option}. Who you are then: aws sts get-caller-identity${option}`,
    };
  }
  if (!invalid.has(name)) return undefined;
  return {
    code: "credentials_invalid",
    message: `AWS does not accept the credentials${ofProfile}: ${said} Nothing was executed.`,
    hint: `Check them with \`aws sts get-caller-identity${option}\`, and this machine's clock.`,
  };
}

/** The one that is asked for may be there, and name another as its source. */
function missingProfile(message: string, asked: string | undefined): string {
  const missing = /using profile: \[([^\]]+)\]/.exec(message)?.[1] ?? asked ?? "";
  return asked === undefined || missing === asked ? missing : `${missing}, which profile ${asked} builds on,`;
}

/** The SDK's messages end as they like; ours go on after them. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
