// `logs` over a past range beside `aws logs tail`, both against one replay server: how long, how much memory, the same lines. Fails where
// a target of ours is missed. BENCH_PEER names an aws version 2 that is not on PATH; --rounds N is for a quick look.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differenceOf } from "./logs/compare.js";
import { findPeer, ours, theirs, writeConfig } from "./logs/programs.js";
import { startReplay } from "./logs/replay.js";
import { type Command, medianOf, run, type Spent } from "./measure.js";

const mebibyte = 1024 * 1024;
const cases = [
  { told: "500,000 events", events: 500_000, latencyMs: 0, mostRatio: 0.33 },
  { told: "50,000 events", events: 50_000, latencyMs: 0, mostRatio: 0.33 },
  { told: "20 pages, 50 ms each", events: 64_500, latencyMs: 50, mostRatio: 0.3 },
];
const mostMemory = 90 * mebibyte;
/** Above it the server would be measured along with the client. */
const mostServerShare = 0.2;

const rounds = Number(process.argv[process.argv.indexOf("--rounds") + 1]) || 7;
const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-bench-"));
const missed: string[] = [];
const rows = [
  "| what | `aws logs tail` | `migrate-remote logs` | ratio | peak memory | server's share |",
  "|---|---|---|---|---|---|",
];
try {
  const peer = await findPeer();
  if (peer === undefined) process.stderr.write("There is no aws version 2 here: ours is measured alone.\n");
  for (const each of cases) rows.push(await measureCase(each, peer));
  process.stdout.write(`${rows.join("\n")}\n`);
} finally {
  await rm(cwd, { recursive: true, force: true });
}
for (const miss of missed) process.stderr.write(`missed: ${miss}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

async function measureCase({ told, events, latencyMs, mostRatio }: (typeof cases)[number], peer?: string) {
  const replay = await startReplay(events, latencyMs);
  const mine: Measured[] = [];
  const other: Measured[] = [];
  try {
    await writeConfig(cwd, replay.url);
    for (let round = 0; round < rounds; round += 1) {
      if (peer !== undefined) other.push(await measure(theirs(peer, replay.url), "theirs", replay.usage));
      mine.push(await measure(ours(cwd), "ours", replay.usage));
      await compare(told, events, peer !== undefined);
    }
  } finally {
    await replay.close();
  }
  const time = medianOf(mine.map(({ wallMs }) => wallMs));
  const peak = Math.max(...mine.map(({ peakBytes }) => peakBytes));
  const share = medianOf(mine.map(({ serverShare }) => serverShare));
  if (peak > mostMemory)
    missed.push(`${told}: ${mebibytes(peak)} of memory, allowed are ${mebibytes(mostMemory)}`);
  if (share > mostServerShare) missed.push(`${told}: the server took ${percent(share)} of the time`);
  const facts = [`${mebibytes(peak)}`, percent(share)];
  if (other.length === 0) return row(told, "–", seconds(time), "–", ...facts);
  const theirTime = medianOf(other.map(({ wallMs }) => wallMs));
  const ratio = time / theirTime;
  if (ratio > mostRatio)
    missed.push(`${told}: ${ratio.toFixed(2)} of the peer's time, allowed is ${mostRatio}`);
  return row(told, seconds(theirTime), seconds(time), ratio.toFixed(2), ...facts);
}

interface Measured extends Spent {
  /** Of the wall time, which the server spent computing. */
  serverShare: number;
}

async function measure(
  command: Command,
  output: string,
  usage: () => Promise<{ cpuMs: number }>,
): Promise<Measured> {
  const before = await usage();
  const spent = await run(command, { cwd, output: join(cwd, output) });
  const after = await usage();
  return { ...spent, serverShare: (after.cpuMs - before.cpuMs) / spent.wallMs };
}

async function compare(told: string, events: number, hasPeer: boolean): Promise<void> {
  const text = await readFile(join(cwd, "ours"), "utf8");
  const peerText = hasPeer ? await readFile(join(cwd, "theirs"), "utf8") : undefined;
  const difference = differenceOf(text, peerText, events);
  if (difference !== undefined) throw new Error(`${told}: ${difference}`);
}

function row(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mebibytes(bytes: number): string {
  return bytes === 0 ? "?" : `${Math.round(bytes / mebibyte)} MiB`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
