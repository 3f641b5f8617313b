import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ClientSettings } from "../clients.js";
import type { CredentialFacts, Identity, IdentitySeen } from "../inspection.js";
import type { Sending } from "./make-inspection.js";
import { type ReadingContext, reading } from "./reading.js";

export async function regionOf(settings: ClientSettings): Promise<string> {
  return new STSClient(settings).config.region();
}

/** Who AWS takes these credentials for. Its clock is told also where it turned the request down: a wrong clock is one reason to. */
export async function identityOf(
  settings: ClientSettings,
  sending: Sending,
  about: ReadingContext,
  now: () => Date,
): Promise<IdentitySeen> {
  let clockAheadMs: number | undefined;
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = now().getTime();
      const result = await next(args);
      clockAheadMs = aheadOf((sentAt + now().getTime()) / 2, result.response) ?? clockAheadMs;
      return result;
    },
    { step: "deserialize", priority: "low", name: "readClock" },
  );
  const identity = await reading(
    "sts:GetCallerIdentity",
    async (): Promise<Identity> => {
      const { Account, Arn } = await new STSClient(settings).send(command, sending);
      return { account: Account ?? "unknown", arn: Arn ?? "unknown" };
    },
    about,
  );
  return { identity, ...(clockAheadMs === undefined ? {} : { clockAheadMs }) };
}

/** The header has whole seconds, and the moment lies somewhere within. */
function aheadOf(ours: number, response: unknown): number | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const { date } = (response.headers ?? {}) as Record<string, unknown>;
  const theirs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? undefined : theirs + 500 - ours;
}

export async function credentialFacts({ credentials }: ClientSettings): Promise<CredentialFacts> {
  const found = typeof credentials === "function" ? await credentials() : credentials;
  const marks = Object.keys((found as { $source?: object }).$source ?? {});
  const source = sources.find(([mark]) => marks.some((one) => one.startsWith(mark)))?.[1];
  const { expiration } = found;
  return {
    ...(source === undefined ? {} : { source }),
    ...(expiration === undefined ? {} : { expiresAt: expiration.toISOString() }),
  };
}

/** The SDK's marks of where credentials came from, the most telling first: a role is assumed with others. */
const sources: [mark: string, words: string][] = [
  ["CREDENTIALS_STS_ASSUME_ROLE", "an assumed role"],
  ["CREDENTIALS_PROFILE_SSO", "SSO"],
  ["CREDENTIALS_SSO", "SSO"],
  ["CREDENTIALS_PROFILE_LOGIN", "aws login"],
  ["CREDENTIALS_LOGIN", "aws login"],
  ["CREDENTIALS_PROFILE_PROCESS", "a program of the profile"],
  ["CREDENTIALS_PROCESS", "a program of the profile"],
  ["CREDENTIALS_ENV_VARS", "the environment"],
  ["CREDENTIALS_HTTP", "the container"],
  ["CREDENTIALS_IMDS", "the machine's role"],
  ["CREDENTIALS_PROFILE", "~/.aws"],
];
