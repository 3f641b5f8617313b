import { LocalError } from "./errors.js";
import { prepareDataDirectory } from "./files.js";
import { accountId, credentials, type FunctionDefinition, functionNameOf, region } from "./functions.js";
import { findHandler } from "./handler-file.js";
import { join, type Membership, type Watcher } from "./join.js";
import { livingKeeper } from "./ownership.js";
import { thisHost } from "./process-identity.js";
import { findPython } from "./python.js";
import { type StartedKeeper, startKeeper } from "./start-keeper.js";

/** A function of the local stage. */
export interface LocalFunction {
  /** The Lambda name (or ARN) under which it is called. */
  name: string;
  /** As Lambda's handler, relative to `root`: `lambda/handler.handler` → lambda/handler.{mjs,js,cjs,py}, export `handler`. */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** Given to the handler on top of what Lambda gives it. */
  environment: Record<string, string>;
  /** The name of a database in the embedded PostgreSQL (created when missing), or the URL of a database of your own. */
  database: { embedded: string } | { url: string };
  /** What the endpoint calls the database where it speaks RDS; without it RDS does not know the database. */
  instance?: { kind: "instance" | "cluster"; identifier: string };
}

export interface LocalOptions {
  /** Absolute. Created when missing, readable for its owner alone, ignored by git. */
  dataDirectory: string;
  /** Absolute; where handlers are found. */
  root: string;
  /** Absolute folder of the built program. */
  dist: string;
  functions: LocalFunction[];
  /** Told about what takes time, as it begins. */
  progress?: (message: string) => void;
  watcher?: Watcher;
}

/** An AWS endpoint on loopback that runs the functions; it is there until the last session on its data directory is closed. */
export interface LocalSession {
  endpoint: string;
  region: string;
  accountId: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  databaseUrl(functionName: string): string;
  /** Leaves. The last one out waits until everything has stopped, fifteen seconds at most. */
  close(): Promise<void>;
}

const startPatienceMs = 20_000;

/**
 * Joins the data directory's keeper process, starting one when there is none.
 *
 * @throws LocalError for all that a person can mend.
 */
export async function openLocal(options: LocalOptions): Promise<LocalSession> {
  refusePlatform();
  const functions = options.functions.map((definition) => definitionOf(definition, options.root));
  prepareDataDirectory(options.dataDirectory);
  const { endpoint, databaseUrls, leave } = await joinOrStart(options, { functions, postgres: false });
  return {
    endpoint,
    region,
    accountId,
    credentials,
    databaseUrl(functionName) {
      const url = databaseUrls[functionNameOf(functionName) ?? ""];
      if (url === undefined) throw new Error(`${functionName} is not a function of this session`);
      return url;
    },
    close: leave,
  };
}

/** What of the local stage needs no function. */
export type LocalPlace = Pick<LocalOptions, "dataDirectory" | "dist" | "progress" | "watcher">;

/** The embedded server's own database, as its superuser, until `close`. */
export async function openPostgres(
  options: LocalPlace,
): Promise<{ url: string; close: () => Promise<void> }> {
  refusePlatform();
  prepareDataDirectory(options.dataDirectory);
  const { postgresUrl, leave } = await joinOrStart(options, { functions: [], postgres: true });
  if (postgresUrl === undefined) throw new Error("the keeper did not say where PostgreSQL is");
  return { url: postgresUrl, close: leave };
}

function refusePlatform(): void {
  if (process.platform !== "win32") return;
  throw new LocalError(
    "platform",
    "The local stage needs Linux or macOS.",
    "Use WSL, or run against a stage in AWS.",
  );
}

async function joinOrStart(
  options: LocalPlace,
  wanted: { functions: FunctionDefinition[]; postgres: boolean },
): Promise<Membership> {
  const { dataDirectory, dist, progress = () => {}, watcher } = options;
  let started: StartedKeeper | undefined;
  let failures = 0;
  let deadline = Date.now() + startPatienceMs;
  for (;;) {
    const keeper = livingKeeper(dataDirectory);
    const elsewhere = keeper !== undefined && keeper.host !== thisHost();
    const membership = keeper && !elsewhere && (await join(keeper, wanted, progress, watcher));
    if (membership) return membership;
    const exitCode = started?.exitCode();
    if (!keeper && (!started || exitCode !== undefined)) {
      // It may have been killed, by somebody or for want of memory; failing again it has a reason.
      if (started && exitCode !== 0) failures += 1;
      if (started && failures === 2) throw notStarted(started);
      started = startKeeper(dataDirectory, dist);
      deadline = Date.now() + startPatienceMs;
    }
    if (Date.now() > deadline) throw elsewhere ? keptElsewhere(dataDirectory) : notStarted(started);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function keptElsewhere(dataDirectory: string): LocalError {
  return new LocalError(
    "keeper_elsewhere",
    `${dataDirectory} is in use by a migrate-remote in another container or on another machine; nothing was changed.`,
    "End that one first, or use a copy of the project.",
  );
}

function notStarted(started: StartedKeeper | undefined): LocalError {
  const lines = started?.lastLines() || "(it wrote nothing)";
  return new LocalError(
    "keeper_not_started",
    `The local stage's keeper process did not start. Its last lines:\n${lines}`,
    "Run the command again; if it stays, remove the data directory's keeper-*.json files.",
  );
}

function definitionOf(definition: LocalFunction, root: string): FunctionDefinition {
  const name = functionNameOf(definition.name);
  if (name === undefined) {
    throw new LocalError(
      "function_name",
      `${definition.name} cannot be the name of a Lambda function.`,
      "Use letters, digits, - and _, or an ARN.",
    );
  }
  const { file, language } = findHandler(root, definition.handler);
  if (language === "python" && findPython({ ...definition, root }, file, process.env) === undefined) {
    throw new LocalError(
      "python_not_found",
      `The handler ${definition.handler} is Python, and there is no python3 on PATH, and no .venv beside it.`,
      "Install Python, or activate the project's virtual environment, and run the command again.",
    );
  }
  return { ...definition, name, root, hostEnvironment: hostEnvironment() };
}

/** What programs need from the shell. Nothing of AWS, and no PG*: a handler sees what Lambda would give it. */
export function hostEnvironment(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "VIRTUAL_ENV",
    "PYENV_VERSION",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
