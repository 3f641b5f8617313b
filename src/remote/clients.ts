import { trustedCertificates } from "./certificates.js";
import { collectBody } from "./collect-body.js";
import type { AskMfaCode, CredentialProvider, CredentialSource, Credentials } from "./credentials.js";
import { createRequestHandler, type RequestHandler } from "./request-handler.js";

/** How AWS is reached: a target has these, and a local session the credentials too. */
export type Access = CredentialSource & { credentials?: Credentials };

/** The constructor settings that every AWS client of one command has in common. Retries are each caller's own. */
export interface ClientSettings {
  region?: string;
  endpoint?: string;
  profile?: string;
  credentials: Credentials | CredentialProvider;
  /** Shared: destroy it once, when the last client is done. */
  requestHandler: RequestHandler;
  streamCollector: typeof collectBody;
}

/** How long a read waits for an answer that comes within a second: on a connection that died in silence it never does. Milliseconds. */
export const readTimeout = { requestTimeout: 15_000 };

/**
 * Settings from a target and the environment. Nothing is sent and no credentials are looked for until a client sends a request.
 *
 * What is not said here stays the SDK's own: AWS_REGION, the profile's region, AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_LAMBDA. Requests throw a
 * RemoteError where AWS_CA_BUNDLE names what cannot be read.
 */
export function clientSettings(
  access: Access,
  env: Readonly<Record<string, string | undefined>>,
  options: { askMfaCode?: AskMfaCode } = {},
): ClientSettings {
  const requestHandler = createRequestHandler(env, () => trustedCertificates(env));
  return {
    requestHandler,
    streamCollector: collectBody,
    credentials: access.credentials ?? laterCredentials(access, requestHandler, options.askMfaCode),
    ...(access.region === undefined ? {} : { region: access.region }),
    ...(access.endpoint === undefined ? {} : { endpoint: access.endpoint }),
    ...(access.profile === undefined ? {} : { profile: access.profile }),
  };
}

/** Loads the providers when the first request needs them; `--help` and local stages never do. */
function laterCredentials(
  access: Access,
  requestHandler: RequestHandler,
  askMfaCode: AskMfaCode | undefined,
): CredentialProvider {
  let provider: Promise<CredentialProvider> | undefined;
  return async (properties) => {
    provider ??= import("./credentials.js").then(({ credentialProvider }) =>
      credentialProvider(access, requestHandler, askMfaCode),
    );
    return (await provider)(properties);
  };
}
