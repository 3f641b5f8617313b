import { fromIni, fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { RequestHandler } from "./request-handler.js";

/** Gives credentials; what clients tell it about themselves is passed on. */
export type CredentialProvider = ReturnType<typeof fromTemporaryCredentials>;

/** Credentials as a client signs with them. */
export type Credentials = Awaited<ReturnType<CredentialProvider>>;

/** Which credentials are meant, and where roles are assumed. The words are those of the configuration. */
export interface CredentialSource {
  region?: string;
  endpoint?: string;
  profile?: string;
  roleArn?: string;
  mfaSerial?: string;
}

/** Asks a person for the current code of an MFA device. */
export type AskMfaCode = (serial: string) => Promise<string>;

/**
 * A profile by name is taken from the shared files or not at all: the SDK's default chain would go on to the machine's own role
 * where the name is mistyped. Only with nothing said is it that chain, which is built here so that its calls find the proxy.
 */
export function credentialProvider(
  source: CredentialSource,
  requestHandler: RequestHandler,
  askMfaCode: AskMfaCode | undefined,
): CredentialProvider {
  const init = {
    clientConfig: { requestHandler },
    ...(askMfaCode === undefined ? {} : { mfaCodeProvider: askMfaCode }),
  };
  const base =
    source.profile === undefined
      ? fromNodeProviderChain(init)
      : fromIni({ ...init, profile: source.profile });
  if (source.roleArn === undefined) return remember(base);
  return remember(
    fromTemporaryCredentials({
      masterCredentials: remember(base),
      params: {
        RoleArn: source.roleArn,
        // What CloudTrail shows beside the role.
        RoleSessionName: "migrate-remote",
        ...(source.mfaSerial === undefined ? {} : { SerialNumber: source.mfaSerial }),
      },
      clientConfig: {
        requestHandler,
        ...(source.region === undefined ? {} : { region: source.region }),
        ...(source.endpoint === undefined ? {} : { endpoint: source.endpoint }),
      },
      ...(askMfaCode === undefined ? {} : { mfaCodeProvider: askMfaCode }),
    }),
  );
}

// The SDK's own margin. Each client remembers too, but each for itself: every one would ask for an MFA code.
const renewBefore = 300_000;

function remember(provider: CredentialProvider): CredentialProvider {
  let current: Promise<Credentials> | undefined;
  let expires = Number.POSITIVE_INFINITY;
  return (properties) => {
    if (current !== undefined && Date.now() < expires - renewBefore) return current;
    expires = Number.POSITIVE_INFINITY;
    const asked = provider(properties);
    current = asked;
    asked.then(
      (credentials) => {
        expires = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      },
      () => {
        // The next request tries again, perhaps with a code typed right.
        if (current === asked) current = undefined;
      },
    );
    return asked;
  };
}
