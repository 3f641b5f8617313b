// How long the program takes to start, to ask and to be done, beside what nothing can be quicker than; how large it is. Whole processes,
// interleaved. Writes bench/RESULTS.md; --short measures less, writes nothing and fails where a ratio is over its limit; --rounds N.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { medianOf } from "./measure.js";
import { startServer } from "./server-process.js";
import { type Judged, judge } from "./speed/judge.js";
import { manyStages, programs } from "./speed/programs.js";
import { table, writeResults } from "./speed/results.js";
import { interleaved } from "./speed/rounds.js";
import { measureSizes } from "./speed/sizes.js";

const isShort = process.argv.includes("--short");
const rounds = Number(process.argv[process.argv.indexOf("--rounds") + 1]) || (isShort ? 7 : 25);
const script = new URL("./speed/endpoint.ts", import.meta.url);
const usage = z.object({ requests: z.number(), most: z.number(), busyMs: z.number() });

const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-speed-"));
const [instant, slow] = await Promise.all([
  startServer(script, ["0"], usage),
  startServer(script, ["50"], usage),
]);
try {
  const all = await programs(cwd, { instant: instant.url, slow: slow.url });
  const calls = new Map<string, number[]>();
  let most = 0;
  // Whoever looks begins anew.
  const look = () => Promise.all([instant.usage(), slow.usage()]);
  const measured = await interleaved(all, rounds, {
    begin: async () => void (await look()),
    end: async (name) => {
      const [quick, late] = await look();
      calls.set(name, [...(calls.get(name) ?? []), quick.busyMs + late.busyMs]);
      if (name.startsWith("status --all")) most = Math.max(most, late.most);
    },
  });
  const sizes = isShort ? undefined : await measureSizes();
  const judged = judge({ measured, calls, mostInFlight: most, manyStages, sizes });
  const programsTable = table(
    ["program", "wall, ms", "processor, ms", "peak, MiB"],
    [...all.keys()].map((name) => [
      name,
      rounded(measured.wall.get(name)),
      rounded(measured.cpu.get(name)),
      rounded(measured.peak.get(name)?.map((bytes) => bytes / 2 ** 20)),
    ]),
  );
  const targetsTable = table(
    ["what", "measured", "target", "met"],
    judged.map(({ what, measured: value, target, met }) => [what, value, target, met ? "yes" : "**no**"]),
  );
  process.stdout.write(`${programsTable}\n\n${targetsTable}\n`);
  if (!isShort) await writeResults(rounds, [programsTable, targetsTable]);
  process.exitCode = end(judged);
} finally {
  await Promise.all([instant.close(), slow.close()]);
  await rm(cwd, { recursive: true, force: true });
}

function rounded(values: number[] | undefined): string {
  if (values === undefined) return "";
  const median = medianOf(values);
  return median.toFixed(median < 100 ? 1 : 0);
}

function end(judged: Judged[]): number {
  const over = judged.filter(({ isWithinLimit }) => !isWithinLimit);
  for (const { what, measured, limit } of over)
    process.stderr.write(`over its limit: ${what} is ${measured}, at most ${limit}\n`);
  const missed = judged.filter(({ met }) => !met).length;
  process.stdout.write(
    `${judged.length - missed} targets met, ${missed} missed; ${over.length} over the limit\n`,
  );
  return over.length === 0 ? 0 : 1;
}
