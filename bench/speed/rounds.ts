import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { environment, type Program } from "./programs.js";

const usage = fileURLToPath(new URL("./usage.cjs", import.meta.url));
const usageSchema = z.object({ userCPUTime: z.number(), systemCPUTime: z.number(), maxRSS: z.number() });

/** One row for each round: what that program took in it. */
export interface Rounds {
  /** Milliseconds from the start of the process to its end. */
  wall: Map<string, number[]>;
  /** Milliseconds of processor time, user and system; of Node's programs alone. */
  cpu: Map<string, number[]>;
  /** Bytes resident at the highest; of Node's programs alone. */
  peak: Map<string, number[]>;
}

/**
 * Runs every program once a round, so that what else the machine does falls on all alike; every other round backwards. One round before
 * them counts for nothing: it fills the caches. `watch` is told of every run whose time is taken.
 */
export async function interleaved(
  programs: Map<string, Program>,
  rounds: number,
  watch: { begin: () => Promise<void>; end: (name: string) => Promise<void> },
): Promise<Rounds> {
  const measured: Rounds = { wall: new Map(), cpu: new Map(), peak: new Map() };
  for (let round = 0; round <= rounds; round += 1) {
    const order = [...programs];
    for (const [name, program] of round % 2 === 0 ? order : order.reverse()) {
      await watch.begin();
      const wall = await timed(program, {});
      await watch.end(name);
      if (round === 0) continue;
      note(measured.wall, name, wall);
      if (!program.isNode) continue;
      const { cpu, peak } = await taken(program);
      note(measured.cpu, name, cpu);
      note(measured.peak, name, peak);
    }
  }
  return measured;
}

function note(into: Map<string, number[]>, name: string, value: number): void {
  into.set(name, [...(into.get(name) ?? []), value]);
}

/** Apart from the time, because looking takes some. */
async function taken(program: Program): Promise<{ cpu: number; peak: number }> {
  const file = join(program.cwd, "usage.json");
  await timed({ ...program, args: ["--require", usage, ...program.args] }, { BENCH_USAGE: file });
  const { userCPUTime, systemCPUTime, maxRSS } = usageSchema.parse(JSON.parse(await readFile(file, "utf8")));
  return { cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS * 1024 };
}

function timed({ program, args, cwd }: Program, more: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    // What was compiled is kept there, as it would be in a home, and notes of runs.
    const env = { ...environment, XDG_CACHE_HOME: cwd, XDG_STATE_HOME: cwd, ...more };
    const start = performance.now();
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "ignore"] });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(performance.now() - start);
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}`));
    });
  });
}
