import { spawn, spawnSync } from "node:child_process";
import { open, readFile } from "node:fs/promises";

export interface Command {
  program: string;
  args: string[];
  env: Record<string, string>;
}

export interface Spent {
  wallMs: number;
  /** Resident, at the highest; 0 where the system does not tell. */
  peakBytes: number;
}

/** Client and server compute on cores of their own, where the system lets us say so. */
export const cores = { client: 0, server: 1 };
const pollMs = 20;

export function pinned(core: number, program: string, args: string[]): [string, string[]] {
  const hasTaskset = spawnSync("taskset", ["-c", String(core), "true"]).status === 0;
  return hasTaskset ? ["taskset", ["-c", String(core), program, ...args]] : [program, args];
}

/** Runs a command to its end, its output into a file. */
export async function run(command: Command, to: { cwd: string; output: string }): Promise<Spent> {
  const file = await open(to.output, "w");
  const start = performance.now();
  const child = spawn(...pinned(cores.client, command.program, command.args), {
    cwd: to.cwd,
    env: command.env,
    stdio: ["ignore", file.fd, "inherit"],
  });
  let peakBytes = 0;
  const poll = setInterval(async () => {
    peakBytes = Math.max(peakBytes, await highWater(child.pid));
  }, pollMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code !== 0) throw new Error(`${command.program} ended with ${code}`);
    return { wallMs: performance.now() - start, peakBytes };
  } finally {
    clearInterval(poll);
    await file.close();
  }
}

/** The kernel's own high-water mark: nothing between two looks is missed but the last moments. */
async function highWater(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
