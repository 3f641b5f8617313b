// The same faults for `aws lambda invoke` and for `migrate-remote run`, as a Markdown table; --write puts it into README.md.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openLocal } from "../src/local/open.js";
import { said, untruths } from "../test/faults/judge.js";
import { everSince, type Fault, type PlannedFault } from "../test/faults/plan.js";
import { startFaultProxy } from "../test/faults/proxy.js";
import { openStand, type Stand, testCredentials } from "../test/faults/stand.js";
import { executionsOf } from "../test/faults/try-case.js";
import { dist, runCli } from "../test/support/run-cli.js";

// The SDK's providers read the process's own environment, not the host that a command in this process is given.
Object.assign(process.env, testCredentials);

const faults: Partial<Record<Fault, string>> = {
  "drop-before": "connection closed before the request arrives",
  "drop-after": "connection closed instead of an answer",
  "drop-mid-answer": "connection reset in the middle of the answer",
  hang: "the answer never comes",
  "500-before": "500, the function not executed",
  "500-after": "500, the function executed",
  "503-after": "503, the function executed",
  throttle: "429, always",
  truncated: "half of the answer",
  "duplicate-after": "the request delivered twice",
};

interface Measured {
  /** How often the migration was executed. */
  executed: number;
  exitCode: number;
  isTrue: boolean;
}

/** Seconds that the peer waits for an answer; 60 as it ships, which changes the time alone. */
const readTimeout = 5;

const countingHandler = `import { appendFileSync } from "node:fs";
export const handler = async () => {
  appendFileSync(process.env.COUNT_FILE, "x");
  return { success: true };
};
`;

const stand = await openStand();
try {
  await mkdir(join(stand.cwd, "by-hand"));
  await writeFile(join(stand.cwd, "by-hand", "handler.mjs"), countingHandler);
  const hasAws = await hasPeer();
  const rows = await Promise.all(
    Object.entries(faults).map(async ([fault, told]) => {
      // However often the call is sent again.
      const plan = [everSince("run 1", 1, fault as Fault)];
      const [ours, theirs] = await Promise.all([
        migrateRemote(stand, plan),
        hasAws ? awsInvoke(stand, plan, fault) : undefined,
      ]);
      return `| ${told} | ${cells(theirs)} | ${cells(ours)} |`;
    }),
  );
  const table = [
    "| what goes wrong with the call | `aws lambda invoke`: executed | exit code | true? | `migrate-remote run`: executed | exit code | true? |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
  process.stdout.write(`${table}\n`);
  if (process.argv.includes("--write")) await writeReadme(table);
} finally {
  await stand.close();
}
process.exit();

function cells(measured: Measured | undefined): string {
  if (measured === undefined) return "– | – | –";
  const { executed, exitCode, isTrue } = measured;
  return `${executed} | ${exitCode} | ${isTrue ? "yes" : "**no**"}`;
}

async function migrateRemote(on: Stand, plan: PlannedFault[]): Promise<Measured> {
  const ground = await on.openCase("whole");
  const proxy = await startFaultProxy(ground.endpoint, plan);
  try {
    const { config, env } = await ground.pointAt(proxy.url);
    const end = await runCli(["run", "--json", "--config", config], { cwd: on.cwd, env });
    await proxy.quiet();
    const executions = await executionsOf(ground);
    const executed = executions.filter((revision) => revision === executions[0]).length;
    const isTrue = untruths(end.exitCode, said(end), executions).length === 0;
    return { executed, exitCode: end.exitCode, isTrue };
  } finally {
    await proxy.close();
    await ground.close();
  }
}

/** As people drive a Lambda by hand: one that migrates on any event, here counting how often. */
async function awsInvoke(on: Stand, plan: PlannedFault[], name: string): Promise<Measured> {
  const count = join(on.cwd, `${name}.count`);
  await writeFile(count, "");
  const event = join(on.cwd, `${name}.event.json`);
  await writeFile(event, '{"admin_operation":"run_migrations","confirm":true}');
  const session = await openLocal({
    dataDirectory: join(on.cwd, ".migrate-remote"),
    root: on.cwd,
    dist,
    functions: [
      {
        name: `by-hand-${name}`,
        handler: "by-hand/handler.handler",
        timeoutSeconds: 4,
        memoryMb: 512,
        environment: { COUNT_FILE: count },
        database: { embedded: "base" },
      },
    ],
  });
  const proxy = await startFaultProxy(session.endpoint, plan);
  try {
    const exitCode = await exitOf("aws", [
      ...["lambda", "invoke", "--function-name", `by-hand-${name}`, "--endpoint-url", proxy.url],
      ...["--region", session.region, "--cli-read-timeout", String(readTimeout), "--payload"],
      ...[
        "raw-in-base64-out",
        "--payload",
        '{"admin_operation":"run_migrations","confirm":true}',
        "/dev/null",
      ],
    ]);
    await proxy.quiet();
    const executed = (await readFile(count, "utf8")).length;
    return { executed, exitCode, isTrue: exitCode === 0 ? executed === 1 : executed === 0 };
  } finally {
    await proxy.close();
    await session.close();
  }
}

async function hasPeer(): Promise<boolean> {
  return (await exitOf("aws", ["--version"])) === 0;
}

async function exitOf(program: string, args: string[]): Promise<number> {
  try {
    await promisify(execFile)(program, args, { timeout: 300_000 });
    return 0;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return typeof code === "number" ? code : 1;
  }
}

async function writeReadme(table: string): Promise<void> {
  const file = new URL("../README.md", import.meta.url);
  const text = await readFile(file, "utf8");
  const marked = /<!-- faults:begin -->[\s\S]*<!-- faults:end -->/;
  if (!marked.test(text)) throw new Error("README.md has no markers faults:begin and faults:end");
  const written = `<!-- faults:begin -->\n${table}\n<!-- faults:end -->`;
  await writeFile(
    file,
    text.replace(marked, () => written),
  );
}
