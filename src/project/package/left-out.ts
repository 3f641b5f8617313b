import { readFile } from "node:fs/promises";

/** Why something that is in the folder is not in the zip. */
export type LeftOutReason = "secret" | "not_code" | "excluded" | "broken_link" | "link_to_itself" | "no_file";

export interface LeftOut {
  /** Where it would stand in the zip. A folder stands for all that is in it. */
  path: string;
  reason: LeftOutReason;
}

/** Names that hold secrets, in lower case. A secret in a zip is readable to everybody who may read the function. */
const secretNames = new Set([
  ".aws",
  ".docker",
  ".envrc",
  ".git-credentials",
  ".gnupg",
  ".netrc",
  ".npmrc",
  ".pgpass",
  ".pypirc",
  ".ssh",
  ".yarnrc.yml",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  "id_rsa",
]);

const secretPatterns = [/^\.env(\..+)?$/, /\.(p12|pfx|jks|keystore)$/, /\.(tfstate|tfvars)(\..+)?$/];

/** What no function runs, and what has a time or a path of this machine in it: then the same input would give other bytes each time. */
const noCode = new Set([
  ".cache",
  ".ds_store",
  ".git",
  ".github",
  ".gitignore",
  ".hg",
  ".idea",
  ".migrate-remote",
  ".migraterc.json",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".serverless",
  ".sst",
  ".svn",
  ".terraform",
  ".venv",
  ".vscode",
  "__pycache__",
  "venv",
]);

/** What never goes in, judged by its name. */
export function leftOutByName(name: string): "secret" | "not_code" | undefined {
  const lower = name.toLowerCase();
  if (secretNames.has(lower) || secretPatterns.some((pattern) => pattern.test(lower))) return "secret";
  return noCode.has(lower) || /\.py[co]$/.test(lower) ? "not_code" : undefined;
}

/** A `.pem` may hold the certificates of authorities, which a function needs, or a private key, which none does. */
export async function holdsPrivateKey(file: string): Promise<boolean> {
  if (!/\.(pem|key|crt|cer)$/i.test(file)) return false;
  return /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(await readFile(file, "latin1"));
}
