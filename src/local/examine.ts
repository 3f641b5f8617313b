import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { LocalError } from "./errors.js";
import { readIfExists } from "./files.js";
import { findHandler, type HandlerFile } from "./handler-file.js";
import { hostEnvironment } from "./open.js";
import { livingKeeper } from "./ownership.js";
import { findBinaries } from "./postgres/binaries.js";
import { outsideFolderOf } from "./postgres/outside.js";
import { thisHost } from "./process-identity.js";

export interface ExamineOptions {
  /** Absolute folder of the built program. */
  dist: string;
  /** Absolute; where the handler is found. */
  root: string;
  /** Absolute. */
  dataDirectory: string;
  handler: string;
  isEmbedded: boolean;
}

interface Trouble {
  message: string;
  hint: string;
}

/** What a local stage stands on. Nothing is started, made or changed. */
export async function examine({ dist, root, dataDirectory, handler: name, isEmbedded }: ExamineOptions) {
  const handler = trying((): HandlerFile => findHandler(root, name));
  const binaries = trying(() => findBinaries([join(dist, "keeper.js"), join(root, "package.json")]));
  const python = "language" in handler && handler.language === "python" ? await findPython(root) : undefined;
  const dataVersion = clusterVersion(dataDirectory);
  const freeBytes = await freeAt(dataDirectory);
  return {
    handler,
    postgres: !isEmbedded
      ? ({ kind: "url" } as const)
      : "trouble" in binaries
        ? ({ kind: "missing", ...binaries } as const)
        : ({ kind: "embedded", version: binaries.version } as const),
    dataDirectory,
    keeper: keeperOf(dataDirectory),
    ...(python === undefined ? {} : { python }),
    ...(dataVersion === undefined ? {} : { dataVersion }),
    ...(freeBytes === undefined ? {} : { freeBytes }),
  };
}

function trying<T>(find: () => T): T | { trouble: Trouble } {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    return { trouble: { message: error.message, hint: error.hint } };
  }
}

/** The Python that the handler would run in; it says whether Alembic is there without importing it. */
async function findPython(
  root: string,
): Promise<{ version: string; alembic?: string } | { trouble: Trouble }> {
  const script = [
    "import platform, importlib.metadata as m",
    "print(platform.python_version())",
    "print(next((d.version for d in m.distributions() if (d.metadata['Name'] or '').lower() == 'alembic'), ''))",
  ].join("\n");
  try {
    const options = { cwd: root, env: hostEnvironment(), timeout: 10_000 };
    const { stdout } = await promisify(execFile)("python3", ["-c", script], options);
    const [version = "", alembic = ""] = stdout.trim().split("\n");
    return { version, ...(alembic === "" ? {} : { alembic }) };
  } catch {
    return {
      trouble: {
        message: "The handler is Python, and no python3 on PATH answers.",
        hint: "Install Python, or activate the project's virtual environment, and run the command again.",
      },
    };
  }
}

/** PostgreSQL writes the major version with which it made a cluster into it. */
function clusterVersion(dataDirectory: string): string | undefined {
  const homes = [join(dataDirectory, "postgres"), outsideFolderOf(dataDirectory)];
  return homes.map(versionIn).find((text) => /^\d+$/.test(text ?? ""));
}

function versionIn(home: string): string | undefined {
  try {
    return readIfExists(join(home, "cluster", "PG_VERSION"))?.trim();
  } catch {
    // Another account's. Opening it will say so.
    return undefined;
  }
}

function keeperOf(dataDirectory: string) {
  const keeper = existsSync(dataDirectory) ? livingKeeper(dataDirectory) : undefined;
  if (keeper === undefined) return { kind: "none" } as const;
  return keeper.host === thisHost()
    ? ({ kind: "running", pid: keeper.pid } as const)
    : ({ kind: "elsewhere", host: keeper.host } as const);
}

async function freeAt(dataDirectory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(
      existsSync(dataDirectory) ? dataDirectory : dirname(dataDirectory),
    );
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
