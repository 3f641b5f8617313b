import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { serveScript } from "./cloudwatch.js";
import type { LogScript } from "./scripts.js";

export interface Watched {
  /** From ingestion to screen, each line that was shown; milliseconds. */
  delays: number[];
  lost: number;
  twice: number;
  /** When calls came, milliseconds from the first. */
  calls: number[];
  stderr: string;
}

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "an-example" };
/** After the last line could be read: a line that comes twice comes by then. */
const settleMs = 20_000;
/** What has not been shown by then is lost. */
const lostMs = 120_000;

/** `migrate-remote logs --follow` against a script whose last line can be read after `durationMs`. */
export async function watch(script: LogScript, durationMs: number): Promise<Watched> {
  const cloudWatch = await serveScript(script);
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-bench-"));
  const stage = { endpoint: cloudWatch.url, region: "eu-west-1" };
  const config = { project: "shop", contract: "migrate-remote", stages: { dev: stage } };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
  const child = spawn(process.execPath, [bin, "logs", "--follow", "--json"], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: "true", ...credentials },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  /** By the line's number: when it was shown. */
  const shown = new Map<number, number[]>();
  createInterface(child.stdout).on("line", (text) => {
    const number = Number(/"message":"line (\d+)"/.exec(text)?.[1]);
    shown.set(number, [...(shown.get(number) ?? []), Date.now()]);
  });
  try {
    const elapsedMs = () => Date.now() - (cloudWatch.calls[0] ?? Date.now());
    const isOver = () => {
      if (script.lines.length === 0) return elapsedMs() > durationMs;
      const isWhole = shown.size === script.lines.length;
      return elapsedMs() > durationMs + (isWhole ? settleMs : lostMs);
    };
    const died = exited.then(() => Promise.reject(new Error(stderr)));
    await Promise.race([becomes(isOver), died]);
  } finally {
    child.kill();
    await exited;
    await cloudWatch.close();
    await rm(cwd, { recursive: true, force: true });
  }
  const { events, calls } = cloudWatch;
  const first = events.map((event, index) => (shown.get(index)?.[0] ?? Number.NaN) - event.ingestionTime);
  return {
    delays: first.filter((delay) => !Number.isNaN(delay)),
    lost: first.filter(Number.isNaN).length,
    twice: [...shown.values()].filter(({ length }) => length > 1).length,
    calls: calls.map((at) => at - (calls[0] ?? 0)),
    stderr,
  };
}

async function becomes(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 100));
}
