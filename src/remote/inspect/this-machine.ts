import { trustedCertificates } from "../certificates.js";
import { proxyFor } from "../proxy.js";
import { known, type Reading, reading } from "./reading.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that a request to this URL goes through, without user and password; undefined: none. */
export function proxyInUse(url: URL, env: Environment): Promise<Reading<string | undefined>> {
  return reading("network", async () => {
    const proxy = proxyFor(url, env);
    return proxy === undefined ? undefined : `${proxy.protocol}//${proxy.host}`;
  });
}

/** How many certificates AWS_CA_BUNDLE adds, or the file that Node itself takes some from. */
export async function certificatesInUse(env: Environment): Promise<Reading<string | undefined>> {
  const path = env.AWS_CA_BUNDLE;
  if (path === undefined || path === "") return known(env.NODE_EXTRA_CA_CERTS || undefined);
  const trusted = await reading("network", () => trustedCertificates(env));
  return trusted.known ? known(path) : trusted;
}
