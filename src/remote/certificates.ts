import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { RemoteError } from "./remote-error.js";

/**
 * The certificates to trust where AWS_CA_BUNDLE names a file of them (PEM): those and the usual roots. Undefined without the
 * variable; NODE_EXTRA_CA_CERTS is Node's own and works by itself, but not beside AWS_CA_BUNDLE.
 */
export async function trustedCertificates(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[] | undefined> {
  const path = env.AWS_CA_BUNDLE;
  if (path === undefined || path === "") return undefined;
  try {
    const pem = await readFile(path, "utf8");
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (certificates.length === 0) throw unreadable(path, "holds no PEM certificate");
    for (const certificate of certificates) new X509Certificate(certificate);
    const { rootCertificates } = await import("node:tls");
    return [...rootCertificates, ...certificates];
  } catch (error) {
    if (error instanceof RemoteError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const reason = code === "ENOENT" ? "does not exist" : `cannot be read (${code || "not a certificate"})`;
    throw unreadable(path, reason, error);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): RemoteError {
  return new RemoteError({
    code: "certificates_unreadable",
    message: `The file that AWS_CA_BUNDLE names, ${path}, ${reason}. Nothing was sent.`,
    hint: "Point AWS_CA_BUNDLE at your company's root certificates in PEM form, or unset it.",
    cause,
  });
}
