import { RemoteError } from "./remote-error.js";
import { proxyFailed, readThrown, type Thrown } from "./thrown.js";

/**
 * True only where the request provably never reached the service, so that sending it again cannot do anything twice: the name did
 * not resolve, the connection did not come about, the proxy refused, the client turned the certificate down, or there was
 * nothing to sign with. Everything else is false, also what looks likely. An SDK that tried several times proves nothing.
 */
export function neverReached(error: unknown): boolean {
  if (error instanceof RemoteError) {
    const early = error.code === "proxy_invalid" || error.code === "certificates_unreadable";
    return early || (error.cause !== undefined && neverReached(error.cause));
  }
  const thrown = readThrown(error);
  if (thrown.attempts > 1 || thrown.status !== 0) return false;
  if (thrown.errors.length > 0) return thrown.errors.every(neverReached);
  return neverSigned(thrown) || neverConnected(thrown);
}

function neverSigned({ name, message }: Thrown): boolean {
  return ["CredentialsProviderError", "TokenProviderError"].includes(name) || message === "Region is missing";
}

function neverConnected(thrown: Thrown): boolean {
  const { code, syscall } = thrown;
  if (syscall === "getaddrinfo" || syscall === "connect") return true;
  if (code === proxyFailed || isUntrusted(thrown) || isNotTls(thrown)) return true;
  return isConnectTimeout(thrown) || isCutHandshake(thrown);
}

/** What was asked, for the words of a hint. */
export interface Asked {
  /** The command that tells what came of a request whose answer was lost. */
  see: string;
  /** The address as far as it is known; `curl` shows more of what is in between. */
  url: string | undefined;
  region: string | undefined;
}

/** What went wrong below HTTP, in words that fit 'because …'; undefined where it was something else. */
export function networkReason(error: unknown, asked: Asked): { reason: string; hint: string } | undefined {
  const thrown = readThrown(error);
  const inner = thrown.errors[0];
  if (inner !== undefined && thrown.syscall === "") return networkReason(inner, asked);
  if (thrown.status !== 0) return undefined;
  const { code, message } = thrown;
  if (isUntrusted(thrown))
    return { reason: `its certificate is not trusted (${code})`, hint: hints.certificate(asked) };
  if (isNotTls(thrown)) {
    return { reason: "what answers there does not speak TLS as expected", hint: hints.tls(asked) };
  }
  if (code === proxyFailed) return { reason: message, hint: hints.proxy(asked) };
  if (isConnectTimeout(thrown) || (code === "ETIMEDOUT" && thrown.syscall === "connect")) {
    return { reason: "no connection came about in time", hint: hints.reach(asked) };
  }
  if (isCutHandshake(thrown))
    return { reason: "the connection was cut during the TLS handshake", hint: hints.reach(asked) };
  if (thrown.name === "TimeoutError" && !code.startsWith("ECONN")) {
    return { reason: "the answer did not come in time", hint: lost(asked) };
  }
  const reason = reasons[code];
  if (reason !== undefined) return { reason: reason.reason, hint: hints[reason.hint](asked) };
  const cut = cutOff[code];
  if (cut !== undefined) return { reason: cut, hint: lost(asked) };
  return code.startsWith("ERR_SSL_") || code === "EPROTO"
    ? { reason: `TLS failed (${code})`, hint: hints.tls(asked) }
    : undefined;
}

const hints = {
  name: ({ region, ...asked }: Asked) => {
    const right = region === undefined ? "`region`" : `that ${region} is a region (--region, or \`region\`)`;
    return `Check ${right}, \`endpoint\`, and that this machine is online.${seeYourself(asked)}`;
  },
  reach: (asked: Pick<Asked, "url">) =>
    `Check \`endpoint\`, VPN and firewall; behind a company network set HTTPS_PROXY.${seeYourself(asked)}`,
  certificate: (_: unknown) =>
    "Behind a company network name the PEM file of its root certificates, then run the same command again: `export AWS_CA_BUNDLE=FILE` (or NODE_EXTRA_CA_CERTS). With your own `endpoint`, the same for its certificate.",
  tls: (_: unknown) =>
    "Check that `endpoint` and the proxy's URL begin with the right one of http:// and https://.",
  proxy: (asked: Pick<Asked, "url">) =>
    `Check HTTPS_PROXY (its user and password too) and NO_PROXY.${seeYourself(asked)}`,
};

/** curl goes by the same variables. */
function seeYourself({ url }: Pick<Asked, "url">): string {
  return url === undefined ? "" : ` See what is in between: \`curl -v ${url}\``;
}

const reasons: Record<string, { reason: string; hint: keyof typeof hints }> = {
  ENOTFOUND: { reason: "its name does not resolve", hint: "name" },
  EAI_AGAIN: { reason: "the name server does not answer", hint: "name" },
  ECONNREFUSED: { reason: "the connection was refused", hint: "reach" },
  EHOSTUNREACH: { reason: "there is no route to it", hint: "reach" },
  ENETUNREACH: { reason: "there is no network to it", hint: "reach" },
};

/** After which nobody knows whether the request was carried out. */
const cutOff: Record<string, string> = {
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "the connection went silent",
};

function lost({ see }: Asked): string {
  return `Run ${see} to see what stands now.`;
}

// The client checks the certificate before it sends anything. Tested: a server sees no byte of the request.
const untrusted = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function isUntrusted({ code }: Thrown): boolean {
  return untrusted.has(code);
}

// Only alerts that come before the handshake is over. Under TLS 1.3 a refused client certificate, for one, comes after the request.
function isNotTls({ code, message }: Thrown): boolean {
  if (code !== "EPROTO" && !code.startsWith("ERR_SSL_")) return false;
  const text = `${code} ${message}`.toLowerCase().replaceAll("_", " ");
  return /wrong version number|unsupported protocol|alert protocol version|alert handshake failure/.test(
    text,
  );
}

function isConnectTimeout({ name, message }: Thrown): boolean {
  return name === "TimeoutError" && message.includes("did not establish a connection");
}

function isCutHandshake({ message }: Thrown): boolean {
  return message.includes("disconnected before secure TLS connection was established");
}
