import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "../measure.js";
import { logGroup, since } from "./names.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const region = "eu-west-1";
/** Nothing of this machine's own settings. */
const env = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: "true",
  LC_ALL: "C.UTF-8",
};

/** An aws of version 2: only that has `logs tail`. */
export async function findPeer(): Promise<string | undefined> {
  const peer = process.env.BENCH_PEER ?? "aws";
  const version = spawnSync(peer, ["--version"], { encoding: "utf8" });
  return version.stdout?.startsWith("aws-cli/2") ? peer : undefined;
}

export function theirs(peer: string, url: string): Command {
  const args = ["logs", "tail", logGroup, "--since", since, "--format", "short", "--endpoint-url", url];
  return { program: peer, args, env };
}

/** What was compiled is kept in `cacheHome`, as it would be in a home. */
export function ours(cacheHome: string): Command {
  const args = [bin, "logs", "--since", since];
  return { program: process.execPath, args, env: { ...env, XDG_CACHE_HOME: cacheHome } };
}

export async function writeConfig(cwd: string, endpoint: string): Promise<void> {
  const stages = { dev: { endpoint, region } };
  const config = { project: "bench", contract: "migrate-remote", stages };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
}
