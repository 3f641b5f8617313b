import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { behind } from "./far-side.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "bin/migrate-remote.js");
const region = "eu-west-1";

export interface Program {
  program: string;
  args: string[];
  cwd: string;
  /** Node can be asked what it took. */
  isNode: boolean;
}

const certificates = process.env.NODE_EXTRA_CA_CERTS;
/** Many a company has its machines read certificates of its own: Node 20 does so at each start, needed or not. */
export const withCertificates = process.argv.includes("--certificates") && certificates !== undefined;

/** Nothing of this machine's own settings but the one that is asked for. */
export const environment = {
  ...(withCertificates ? { NODE_EXTRA_CA_CERTS: certificates } : {}),
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: "true",
  LC_ALL: "C.UTF-8",
};

export interface Endpoints {
  instant: string;
  slow: string;
}

/** The stages of `--all`: so many, each answer after the slow endpoint's time. */
export const manyStages = 200;

/** What is measured, by name. */
export async function programs(cwd: string, { instant, slow }: Endpoints): Promise<Map<string, Program>> {
  const invocation = `${instant}/2015-03-31/functions/bench-current/invocations`;
  await Promise.all([
    writeFile(join(cwd, "request.cjs"), request(invocation)),
    bundleNaively(join(cwd, "naive.mjs"), instant),
    writeConfig(cwd, "stages.json", { current: {}, behind: {} }, instant),
    writeConfig(cwd, "far.json", { current: {}, behind: {} }, slow),
    writeConfig(cwd, "one.json", { s1: {} }, slow),
    writeConfig(cwd, "many.json", stages(manyStages), slow),
  ]);
  const node = (...args: string[]): Program => ({ program: process.execPath, args, cwd, isNode: true });
  const ours = (...args: string[]) => node(bin, ...args);
  const all = new Map([
    ["node -e 0", node("-e", "0")],
    ["one request", node("request.cjs")],
    ["naive bundle", node("naive.mjs")],
    ["--version", ours("--version")],
    ["--help", ours("--help")],
    ["completion of a stage", ours("complete", "--", "status", "--config", "stages.json", "--stage", "")],
    ["status", ours("status", "--config", "stages.json", "--stage", "current")],
    ["status, one pending", ours("status", "--config", "stages.json", "--stage", "behind")],
    ["run", ours("run", "--config", "stages.json", "--stage", "behind")],
    ["status, one pending, 50 ms a call", ours("status", "--config", "far.json", "--stage", "behind")],
    ["run, 50 ms a call", ours("run", "--config", "far.json", "--stage", "behind")],
    ["status --all, one stage", ours("status", "--all", "--config", "one.json")],
    [`status --all, ${manyStages} stages`, ours("status", "--all", "--config", "many.json")],
  ]);
  if (spawnSync("aws", ["--version"]).status === 0) all.set("aws lambda invoke", aws(cwd, instant));
  return all;
}

function aws(cwd: string, endpoint: string): Program {
  const args = [
    "lambda",
    "invoke",
    "--function-name",
    "bench-current",
    "--endpoint-url",
    endpoint,
    "out.json",
  ];
  return { program: "aws", args, cwd, isNode: false };
}

function stages(count: number): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index + 1}`, {}]));
}

async function writeConfig(cwd: string, name: string, named: Record<string, object>, endpoint: string) {
  const own = Object.fromEntries(
    Object.entries(named).map(([stage, settings]) => [stage, { ...settings, endpoint }]),
  );
  const config = {
    project: "bench",
    contract: "migrate-remote",
    function: `${behind.split("-")[0]}-{stage}`,
    region,
    stages: own,
  };
  await writeFile(join(cwd, name), JSON.stringify(config));
}

function request(url: string): string {
  return `const { request } = require("node:http");
const sent = request(${JSON.stringify(url)}, { method: "POST" }, (answer) => {
  let text = "";
  answer.on("data", (chunk) => { text += chunk; });
  answer.on("end", () => process.stdout.write(String(JSON.parse(text).success)));
});
sent.end("{}");
`;
}

/** What anybody would have who takes the same three libraries and thinks no further: the other floor. */
async function bundleNaively(outfile: string, endpoint: string): Promise<void> {
  const contents = `
import { Command } from "commander";
import * as z from "zod";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
const options = z.object({ stage: z.string().default("dev") }).parse(new Command().option("--stage <name>").parse().opts());
const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const client = new LambdaClient({ region: "${region}", endpoint: "${endpoint}", credentials });
const answer = await client.send(new InvokeCommand({ FunctionName: "bench-current", Payload: Buffer.from("{}") }));
const report = z.object({ success: z.boolean() }).parse(JSON.parse(Buffer.from(answer.Payload).toString()));
process.stdout.write(options.stage + String(report.success), () => process.exit(0));
`;
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
}
