import { type Refusal, refusal } from "../refusal.js";
import { clientSettings, errorName, loadSdk } from "./sdk.js";

const timeoutMs = 5_000;

/** The text of a secret by its ARN or name. `source` is the variable that names it. */
export async function readSecret(id: string, source: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await loadSdk(
    "@aws-sdk/client-secrets-manager",
    () => import("@aws-sdk/client-secrets-manager"),
  );
  const client = new SecretsManagerClient(clientSettings(id));
  try {
    const command = new GetSecretValueCommand({ SecretId: id });
    const { SecretString: text, SecretBinary: bytes } = await client.send(command, within(timeoutMs));
    if (text !== undefined) return text;
    if (bytes !== undefined) return Buffer.from(bytes).toString("utf8");
  } catch (error) {
    throw unreachable(error, source, "secretsmanager", "GetSecretValue");
  } finally {
    client.destroy();
  }
  throw withoutText(source);
}

/** The text of a parameter by its name or ARN. `source` is the variable that names it. */
export async function readParameter(name: string, source: string): Promise<string> {
  const { SSMClient, GetParameterCommand } = await loadSdk(
    "@aws-sdk/client-ssm",
    () => import("@aws-sdk/client-ssm"),
  );
  const client = new SSMClient(clientSettings(name));
  try {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    const { Parameter: parameter } = await client.send(command, within(timeoutMs));
    if (parameter?.Value !== undefined) return parameter.Value;
  } catch (error) {
    throw unreachable(error, source, "ssm", "GetParameter");
  } finally {
    client.destroy();
  }
  throw withoutText(source);
}

function within(milliseconds: number): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(milliseconds) };
}

function unreachable(error: unknown, source: string, service: string, action: string): Refusal {
  const name = errorName(error);
  const isSilent = name === "AbortError" || name === "TimeoutError";
  const what = isSilent ? `did not answer within ${timeoutMs / 1000} s` : `answered ${name}`;
  return refusal(
    "configuration_error",
    `What ${source} names could not be read: ${service} ${what}. Nothing was done.`,
    { hint: hintFor(name, service, action) },
  );
}

function hintFor(name: string, service: string, action: string): string {
  if (/^(AccessDenied|UnrecognizedClient|InvalidSignature)/.test(name))
    return `Allow the function's role ${service}:${action} on it, and kms:Decrypt where it has a key of its own.`;
  if (/NotFound$|NotFoundException$/.test(name))
    return "Does it name one of this account and region? An ARN says both.";
  if (/^(CredentialsProvider|ExpiredToken)/.test(name)) return "The function has no valid AWS credentials.";
  return `Can the function reach AWS? In a VPC without a NAT gateway it needs an interface endpoint for ${service}.`;
}

function withoutText(source: string): Refusal {
  return refusal("configuration_error", `What ${source} names holds no text. Nothing was done.`, {
    hint: "Store the URL, or the JSON, as text.",
  });
}
