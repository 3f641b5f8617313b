import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { STSClient } from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";
import { type LocalFunction, type LocalOptions, type LocalSession, openLocal } from "../../src/local/open.js";

export const fixtures = resolve("test/fixtures/local");
export const dist = resolve("dist");
/** Nobody listens there: for handlers that use no database. */
export const noDatabase = { url: "postgresql://nobody:secret@127.0.0.1:9/none" };

export function aFunction(handler: string, overrides: Partial<LocalFunction> = {}): LocalFunction {
  return {
    name: handler.replace(/\W/g, "-"),
    handler,
    timeoutSeconds: 10,
    memoryMb: 256,
    environment: {},
    database: noDatabase,
    ...overrides,
  };
}

export interface Project {
  dataDirectory: string;
  open(functions: LocalFunction[], overrides?: Partial<LocalOptions>): Promise<LocalSession>;
  /** Closes what is open and proves that nothing is left running. */
  end(): Promise<void>;
}

export async function createProject(mode = 0o755): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "migrate-remote-test-"));
  await chmod(folder, mode);
  const dataDirectory = join(folder, ".migrate-remote");
  const sessions = new Set<LocalSession>();
  return {
    dataDirectory,
    async open(functions, overrides) {
      const session = await openLocal({ dataDirectory, root: fixtures, dist, functions, ...overrides });
      sessions.add(session);
      return session;
    },
    async end() {
      await Promise.all([...sessions].map((session) => session.close()));
      await until(() => processesOf(dataDirectory).length === 0, "no process is left");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A project that ends with its test. */
export async function project(mode?: number): Promise<Project> {
  const created = await createProject(mode);
  onTestFinished(() => created.end());
  return created;
}

/** Every process that was started for this data directory, however it is related to us now. */
export function processesOf(dataDirectory: string): number[] {
  if (!existsSync("/proc")) {
    const lines = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).split("\n");
    return lines.filter((line) => line.includes(dataDirectory)).map((line) => Number.parseInt(line, 10));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) =>
      ["cmdline", "environ"].some((file) => read(`/proc/${name}/${file}`).includes(dataDirectory)),
    )
    .filter((name) => read(`/proc/${name}/cmdline`) !== "")
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string, patienceMs = 10_000) {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function stateOf(pid: number): string | undefined {
  return spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim()[0];
}

export function isRunning(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && state !== "Z";
}

export function clients({ endpoint, region, credentials }: LocalSession) {
  const settings = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    sts: new STSClient(settings),
  };
}

export async function invoke(
  session: LocalSession,
  name: string,
  event: unknown = {},
  input: Partial<InvokeCommandInput> = {},
) {
  const answer = await clients(session).lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: "Tail", ...input }),
  );
  const text = answer.Payload?.transformToString() ?? "";
  return {
    status: answer.StatusCode,
    failed: answer.FunctionError,
    version: answer.ExecutedVersion,
    requestId: answer.$metadata.requestId ?? "",
    answer: text === "" ? undefined : JSON.parse(text),
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
}
