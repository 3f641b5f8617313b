import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

interface Trouble {
  message: string;
  hint: string;
}

/** What a local stage stands on, looked at without starting anything. */
export interface LocalFacts {
  handler: { file: string; language: "node" | "python" } | { trouble: Trouble };
  /** Where the handler is Python's. `alembic`: its version, where it can be imported. */
  python?: { version: string; alembic?: string } | { trouble: Trouble };
  /** `version`: the package's, which begins with PostgreSQL's. */
  postgres: { kind: "url" } | { kind: "embedded"; version: string } | { kind: "missing"; trouble: Trouble };
  /** The major version of PostgreSQL that wrote the data; absent where there is none yet. */
  dataVersion?: string;
  dataDirectory: string;
  keeper: { kind: "none" } | { kind: "running"; pid: number } | { kind: "elsewhere"; host: string };
  /** Where the data is kept. */
  freeBytes?: number;
}

export function localChecks(facts: LocalFacts): Check[] {
  return [
    handlerFileCheck(facts),
    ...pythonChecks(facts),
    ...postgresChecks(facts),
    keeperCheck(facts),
    ...diskChecks(facts),
  ];
}

function handlerFileCheck({ handler }: LocalFacts): Check {
  const say = check("handler_file");
  if ("trouble" in handler) return say.failed(handler.trouble.message, handler.trouble.hint);
  return say.ok(`The handler is ${handler.file}.`);
}

function pythonChecks({ python }: LocalFacts): Check[] {
  if (python === undefined) return [];
  const say = check("python");
  if ("trouble" in python) return [say.failed(python.trouble.message, python.trouble.hint)];
  const alembic = check("alembic");
  return [
    say.ok(`Python ${python.version}.`),
    python.alembic === undefined
      ? alembic.warning(
          "This Python has no Alembic, which the handler for Alembic imports.",
          "Activate the project's virtual environment, or: python3 -m pip install alembic psycopg2-binary",
        )
      : alembic.ok(`Alembic ${python.alembic}.`),
  ];
}

function postgresChecks({ postgres, dataVersion, dataDirectory }: LocalFacts): Check[] {
  const say = check("postgres_binaries");
  switch (postgres.kind) {
    case "url":
      return [say.ok("The database is a server of your own, named by its URL.")];
    case "missing":
      return [say.failed(postgres.trouble.message, postgres.trouble.hint)];
    case "embedded":
      return [
        say.ok(`PostgreSQL ${postgres.version.split(".").slice(0, 2).join(".")} is installed.`),
        dataCheck(postgres.version, dataVersion, dataDirectory),
      ];
  }
}

function dataCheck(version: string, dataVersion: string | undefined, folder: string): Check {
  const say = check("data_version");
  if (dataVersion === undefined) return say.ok("There is no data yet; the first command makes it.");
  if (version.split(".")[0] === dataVersion)
    return say.ok(`The data in ${folder} is of PostgreSQL ${dataVersion}.`);
  return say.failed(
    `The data in ${folder} is of PostgreSQL ${dataVersion}, which version ${version} cannot open.`,
    `Install the version that wrote it, or begin anew: remove ${folder}.`,
  );
}

function keeperCheck({ keeper, dataDirectory }: LocalFacts): Check {
  const say = check("keeper");
  switch (keeper.kind) {
    case "none":
      return say.ok("No keeper runs; the next command starts one.");
    case "running":
      return say.ok(`A keeper runs (pid ${keeper.pid}).`);
    case "elsewhere":
      return say.failed(
        `${dataDirectory} is in use by a keeper on ${keeper.host}, another machine or container.`,
        "End that one first, or use a copy of the project.",
      );
  }
}

const [littleBytes, tooLittleBytes] = [2 * 1024 ** 3, 256 * 1024 ** 2];

function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.floor(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function diskChecks({ freeBytes, dataDirectory }: LocalFacts): Check[] {
  if (freeBytes === undefined) return [];
  const say = check("disk_room");
  const room = `${size(freeBytes)} are free where ${dataDirectory} is kept.`;
  const fix = "Make room; `migrate-remote snapshot prune --keep 1` shows which local snapshots could go.";
  if (freeBytes < tooLittleBytes) return [say.failed(room, fix)];
  return [freeBytes < littleBytes ? say.warning(room, fix) : say.ok(room)];
}
