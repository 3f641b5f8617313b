import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { migrateRemote } from "../../src/contract/codecs/migrate-remote.js";
import type { Operation, RunOperation } from "../../src/contract/operations.js";
import type { Report } from "../../src/contract/report.js";
import type { LambdaContext } from "../../src/handler/index.js";
import { operationsOf } from "./far-side.js";
import { said } from "./said.js";

/** The Python handler in processes that take one invocation at a time, as Lambda's do, asked through the contract's own codec. */
export interface PythonFarSide {
  /** What was logged so far, one parsed object a line. */
  logs: Record<string, unknown>[];
  /** The process of the newest invocation. */
  process(): ChildProcessWithoutNullStreams;
  /** The answer as it is on the wire, or what was thrown. */
  invoke(event: unknown, context?: LambdaContext): Promise<unknown>;
  ask(operation: Operation, context?: LambdaContext): Promise<Report>;
  status(): Promise<Report>;
  dryRun(options?: { targetRevision?: string; fixHistory?: boolean }): Promise<Report>;
  run(options?: PythonRunOptions, context?: LambdaContext): Promise<Report>;
  runResult(runId: string): Promise<Report>;
  fence(runId: string): Promise<Report>;
  listRuns(limit?: number): Promise<Report>;
  fixHistory(revision?: string): Promise<Report>;
  /** Ends the processes that wait for work. */
  end(): void;
}

export interface PythonRunOptions {
  targetRevision?: string;
  fixHistory?: boolean;
  run?: Partial<RunOperation["run"]>;
}

export function pythonFarSide(
  url: string,
  project: string,
  options: Record<string, unknown> = {},
  environment: Record<string, string> = {},
): PythonFarSide {
  const logs: Record<string, unknown>[] = [];
  const idle: ChildProcessWithoutNullStreams[] = [];
  let newest: ChildProcessWithoutNullStreams | undefined;
  const invoke = async (event: unknown, context: LambdaContext = {}) => {
    const child = idle.pop() ?? start(url, project, options, environment);
    newest = child;
    const end = await converse(child, event, context, (line) => logs.push(line));
    if ("thrown" in end || "answer" in end) idle.push(child);
    if ("answer" in end) return end.answer;
    throw new Error("thrown" in end ? `${end.thrown.type}: ${end.thrown.message}` : end.ended);
  };
  const ask = async (operation: Operation, context?: LambdaContext) => {
    const answer = await invoke(migrateRemote.encode(operation).payload, context);
    const report = migrateRemote.decode(operation, said(answer));
    if ("unexpected" in report) throw new Error(`${report.unexpected}: ${JSON.stringify(answer)}`);
    return report;
  };
  return {
    logs,
    process: () => newest as ChildProcessWithoutNullStreams,
    invoke,
    ask,
    ...operationsOf(ask),
    end: () => {
      for (const child of idle.splice(0)) child.stdin.end();
    },
  };
}

type End = { answer: unknown } | { thrown: { type: string; message: string } } | { ended: string };

function start(
  url: string,
  project: string,
  options: Record<string, unknown>,
  environment: Record<string, string>,
): ChildProcessWithoutNullStreams {
  const program = fileURLToPath(new URL("../handler/python/far_side.py", import.meta.url));
  return spawn("python3", ["-B", program], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: project,
      FAR_SIDE_DATABASE: url,
      FAR_SIDE_OPTIONS: JSON.stringify(options),
      ...environment,
    },
  });
}

/** One event and its answer. */
function converse(
  child: ChildProcessWithoutNullStreams,
  event: unknown,
  context: LambdaContext,
  onLog: (line: Record<string, unknown>) => void,
): Promise<End> {
  const errors: string[] = [];
  const onError = (chunk: Buffer) => errors.push(String(chunk));
  const send = (line: object) => child.stdin.write(`${JSON.stringify(line)}\n`);
  const lines = createInterface({ input: child.stdout });
  return new Promise<End>((resolve) => {
    child.stderr.on("data", onError);
    child.stdin.on("error", () => {});
    lines.on("line", (text) => {
      const line = JSON.parse(text);
      if (line.log) onLog(line.log);
      if (line.ask) send({ remaining: context.getRemainingTimeInMillis?.() ?? 0 });
      if (line.thrown || "answer" in line) resolve(line);
    });
    lines.on("close", () => resolve({ ended: `The far side ended without an answer. ${errors.join("")}` }));
    send({ event, timed: context.getRemainingTimeInMillis !== undefined });
  }).finally(() => {
    lines.removeAllListeners();
    lines.close();
    child.stderr.off("data", onError);
  });
}

/** An Alembic project of one line of revisions: each one's name, and the SQL that it executes. */
export function alembicProject(migrations: Record<string, string>): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "migrate-remote-alembic-"));
  const write = (name: string, text: string) => writeFileSync(join(path, name), text);
  mkdirSync(join(path, "migrations/versions"), { recursive: true });
  write(
    "alembic.ini",
    "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = driver://nowhere\n",
  );
  write("migrations/env.py", environment);
  const names = Object.keys(migrations);
  for (const [index, name] of names.entries())
    write(`migrations/versions/${name}.py`, revision(name, names[index - 1], migrations[name] ?? ""));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const environment = `from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config


def run_migrations_offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
`;

/** A body that begins with `py:` is Python, everything else is SQL. */
function revision(name: string, before: string | undefined, body: string): string {
  const statements = body.startsWith("py:")
    ? body.slice(3).trim().split("\n")
    : body
        .split(";")
        .filter((statement) => statement.trim() !== "")
        .map((statement) => `op.execute(${JSON.stringify(statement.trim())})`);
  return [
    `"""${name}"""`,
    "import time",
    "from alembic import op",
    "import sqlalchemy as sa",
    `revision = ${JSON.stringify(name)}`,
    `down_revision = ${before === undefined ? "None" : JSON.stringify(before)}`,
    "def upgrade():",
    ...["pass", ...statements].map((line) => `    ${line}`),
    "def downgrade():",
    "    pass",
    "",
  ].join("\n");
}
