import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, realpathSync, renameSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { LocalError, messageOf } from "../errors.js";
import { identify, isAlive, type ProcessIdentity, signal } from "../process-identity.js";
import { findBinaries } from "./binaries.js";
import { ensureCluster, superuser } from "./cluster.js";
import { createDatabaseIfMissing, isLostConnection, withClient } from "./connect.js";
import { type PostgresHome, prepareHome } from "./home.js";
import { startProgram } from "./programs.js";
import { clearRemains } from "./remains.js";
import { lastPort, writeServiceFile } from "./service-file.js";

type Progress = (message: string) => void;

/** The embedded server. It starts when first asked for, and again if it was killed; its port stays the same. */
export interface PostgresServer {
  /** Returns once the server answers. Cheap when it runs. */
  ensureRunning(progress?: Progress): Promise<void>;
  ensureDatabase(name: string): Promise<void>;
  url(database: string): string;
  stop(): Promise<void>;
  /** For a keeper that has no time left. */
  stopNow(): void;
}

interface Settings {
  home: PostgresHome;
  password: string;
  port: number;
}

export function createPostgresServer(dataDirectory: string, lookIn: () => string[]): PostgresServer {
  const logFile = join(dataDirectory, "postgres.log");
  let settings: Settings | undefined;
  let child: ChildProcess | undefined;
  let identity: ProcessIdentity | undefined;
  let starting: Promise<void> | undefined;
  let creating: Promise<void> = Promise.resolve();

  const prepared = (): Settings => {
    if (settings) return settings;
    throw new Error("the embedded PostgreSQL has not been started");
  };
  const url = (database: string): string => {
    const { password, port } = prepared();
    return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  };
  // The system is asked as well: word of a server's end may still be on its way to us.
  const running = (): boolean =>
    child !== undefined && isRunning(child) && identity !== undefined && isAlive(identity);

  async function start(progress: Progress): Promise<void> {
    if (!settings) {
      const home = prepareHome(dataDirectory, findBinaries(lookIn()));
      const password = await ensureCluster(home, dataDirectory, progress);
      // Before the last port is looked at: what a killed keeper left may still hold it.
      await clearRemains(realpathSync(home.cluster));
      settings = { home, password, port: await freePort(lastPort(dataDirectory)) };
    }
    progress("starting PostgreSQL");
    const { home } = settings;
    const deadline = Date.now() + 30_000;
    for (;;) {
      await clearRemains(realpathSync(home.cluster));
      const attempt = startServer(home, settings.port, logFile);
      child = attempt.child;
      const outcome = await untilAnswering(attempt.child, url("postgres"), deadline);
      if (outcome === "answers") {
        identity = identify(attempt.child.pid ?? 0);
        const { port, password } = settings;
        writeServiceFile(dataDirectory, { port, user: superuser, password });
        return;
      }
      await stopServer(attempt.child);
      const log = attempt.log();
      // Right after a kill the kernel may still hold the old server's memory or port for a moment; or this one was killed.
      const portTaken = /Address already in use|could not bind/.test(log);
      const passing =
        portTaken || /pre-existing shared memory/.test(log) || attempt.child.signalCode !== null;
      if (!passing || Date.now() > deadline) throw startFailed(home, log);
      // Once handlers know the address it has to stay.
      if (portTaken && !identity) settings.port = await freePort();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  function ensureRunning(progress: Progress = () => {}): Promise<void> {
    if (starting) return starting;
    if (running()) return Promise.resolve();
    starting = start(progress).finally(() => {
      starting = undefined;
    });
    return starting;
  }

  async function createDatabase(name: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      await ensureRunning();
      try {
        return await createDatabaseIfMissing(url("postgres"), name);
      } catch (error) {
        if (!isLostConnection(error) || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  return {
    url,
    ensureRunning,
    ensureDatabase(name) {
      // One at a time: two that copy the template at once disturb each other.
      const creation = creating.then(() => createDatabase(name));
      creating = creation.catch(() => {});
      return creation;
    },
    async stop() {
      await starting?.catch(() => {});
      if (child) await stopServer(child);
    },
    stopNow() {
      if (child?.pid && isRunning(child)) signal(child.pid, "SIGINT");
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function startServer(home: PostgresHome, port: number, logFile: string) {
  const begin = rotate(logFile);
  const descriptor = openSync(logFile, "a", 0o600);
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    logging_collector: "off",
    log_timezone: "UTC",
    timezone: "UTC",
    // A failing statement may hold a password; who sent it is told about it, the log need not be.
    log_min_error_statement: "panic",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = startProgram(home, "postgres", ["-D", home.cluster, ...options], descriptor);
  // A failure to spawn is seen as "not running"; without a listener it would end the keeper.
  child.on("error", () => {});
  closeSync(descriptor);
  return { child, log: () => readFileSync(logFile).subarray(begin).toString() };
}

function rotate(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size < 1_000_000) return size;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

async function untilAnswering(
  child: ChildProcess,
  url: string,
  deadline: number,
): Promise<"answers" | "ended"> {
  while (isRunning(child) && Date.now() < deadline) {
    try {
      await withClient(url, (client) => client.query("SELECT 1"));
      return "answers";
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
  return "ended";
}

async function stopServer(child: ChildProcess): Promise<void> {
  for (const name of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (!isRunning(child) || !child.pid) return;
    const ended = once(child, "exit");
    signal(child.pid, name);
    const patience = AbortSignal.timeout(name === "SIGINT" ? 10_000 : 2_000);
    await Promise.race([ended, once(patience, "abort")]);
  }
}

function startFailed(home: PostgresHome, log: string): LocalError {
  const lines = log.trim().split("\n").slice(-8).join("\n");
  return new LocalError(
    "postgres_not_started",
    `The embedded PostgreSQL did not start. Its last lines:\n${messageOf(lines)}`,
    `Run the command again; if it stays, remove ${home.cluster} to begin with an empty cluster.`,
  );
}

/** @param wished taken if nobody is there */
async function freePort(wished = 0): Promise<number> {
  const server = createServer().listen(wished, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if (wished !== 0) return freePort();
    throw error;
  }
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
