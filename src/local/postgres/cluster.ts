import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { recordChild } from "../children.js";
import { LocalError, messageOf } from "../errors.js";
import { readIfExists, writePrivateFile } from "../files.js";
import { signal } from "../process-identity.js";
import type { PostgresHome } from "./home.js";
import { startProgram } from "./programs.js";

export const superuser = "postgres";

/** The superuser's password: made before the cluster, since a cluster without its password is lost. */
function passwordOf(home: PostgresHome): string {
  const file = join(home.folder, "password");
  const existing = readIfExists(file)?.trim();
  if (existing) return existing;
  if (existsSync(home.cluster)) {
    throw new LocalError(
      "postgres_password_lost",
      `The file ${file} is missing, and without it the cluster beside it cannot be used.`,
      `To begin with an empty cluster, remove ${home.cluster}.`,
    );
  }
  const password = randomBytes(24).toString("hex");
  writePrivateFile(file, password);
  return password;
}

/** Makes the cluster when there is none, and returns its password. */
export async function ensureCluster(
  home: PostgresHome,
  dataDirectory: string,
  progress: (message: string) => void,
): Promise<string> {
  const password = passwordOf(home);
  if (!existsSync(home.cluster)) {
    progress("creating a PostgreSQL cluster");
    // The first failure may be somebody's kill, or the memory of the moment; a second one has a reason.
    await createCluster(home, dataDirectory, password).catch(() =>
      createCluster(home, dataDirectory, password),
    );
  }
  assertSameMajor(home);
  return password;
}

/** A killed initdb leaves what looks like a cluster; so it works under another name, which counts only when complete. */
async function createCluster(home: PostgresHome, dataDirectory: string, password: string): Promise<void> {
  removeHalfMade(home);
  const suffix = randomBytes(4).toString("hex");
  const draft = join(home.folder, `initdb-${suffix}`);
  const passwordFile = join(home.folder, `initdb-${suffix}.password`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (home.account) {
    // The account may not make entries in the home, which is ours; initdb accepts an empty folder of its own.
    mkdirSync(draft, { mode: 0o700 });
    for (const path of [passwordFile, draft]) chownSync(path, home.account.uid, home.account.gid);
  }
  try {
    await runInitdb(home, dataDirectory, [
      ...["-D", draft, "-U", superuser, "-A", "scram-sha-256", `--pwfile=${passwordFile}`],
      ...["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"],
    ]);
    renameSync(draft, home.cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function runInitdb(home: PostgresHome, dataDirectory: string, args: string[]): Promise<void> {
  const child = startProgram(home, "initdb", args, "pipe");
  const forget = child.pid ? recordChild(dataDirectory, child.pid) : () => {};
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  try {
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(output.trim().split("\n").slice(-8).join("\n"));
  } catch (error) {
    throw new LocalError(
      "postgres_initdb_failed",
      `PostgreSQL could not create a cluster in ${home.folder}: ${messageOf(error)}`,
      "Mend what it says, or give the stage's local.database the URL of a PostgreSQL of your own.",
    );
  } finally {
    if (child.pid) signal(-child.pid, "SIGKILL");
    forget();
  }
}

function removeHalfMade(home: PostgresHome): void {
  for (const name of readdirSync(home.folder).filter((entry) => entry.startsWith("initdb-"))) {
    rmSync(join(home.folder, name), { recursive: true, force: true });
  }
}

function assertSameMajor(home: PostgresHome): void {
  const made = readFileSync(join(home.cluster, "PG_VERSION"), "utf8").trim();
  const sample = readIfExists(join(home.native, "share/postgresql/postgres.bki")) ?? "";
  const ours = /^# PostgreSQL (\d+)/.exec(sample)?.[1];
  if (ours === undefined || ours === made) return;
  throw new LocalError(
    "postgres_other_version",
    `The cluster in ${home.cluster} was made by PostgreSQL ${made}; the installed binaries are PostgreSQL ${ours}.`,
    `Install the ${made} binaries again, or remove that folder to begin with an empty cluster.`,
  );
}
