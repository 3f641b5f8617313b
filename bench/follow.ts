// How far behind `migrate-remote logs --follow` is, how often it calls, and whether a line is lost: against a CloudWatch that follows a
// script, in real time through the real command. Exit code 1 where a target is missed.
import { followMillion } from "./follow/million.js";
import { hostile, runs, silent, steady } from "./follow/scripts.js";
import { type Watched, watch } from "./follow/watch.js";

interface Target {
  what: string;
  measured: string;
  target: string;
  met: boolean;
}

const minute = 60_000;
// Nothing but the log's own memory is to be seen, so this one goes alone.
const million = await followMillion();
const [even, idle, adverse, ...working] = await Promise.all([
  watch(steady(minute), minute),
  watch(silent(), 2 * minute),
  watch(hostile(10_000, minute), minute + 10_000),
  // How lines and calls happen to meet is chance, which three even out.
  ...[1, 2, 3].map((seed) => watch(runs(3 * minute, seed), 3 * minute)),
]);

const targets: Target[] = [
  // Whoever asks 60 times a minute sees a line that comes at any moment after half a second in the middle, and no better: the
  // call's own way is on top of that.
  ...delays("runs with pauses between their lines", working, { p50: 500, p95: 1_000 }),
  atMost("calls a minute", Math.max(...working.map((one) => rate(one, 3 * minute))), 60),
  // What a pause saved up is spent when lines come.
  atMost("in its worst minute", Math.max(...working.map(worstMinute)), 63),
  ...delays("lines all the time, evenly spread", [even], { p50: 530, p95: 1_000 }),
  atMost("calls a minute", rate(even, minute), 60),
  atMost("nothing comes: calls a minute", rate(idle, 2 * minute), 15),
  ...whole("10,000 lines, a third up to 10 s late, half of the calls throttled", adverse),
  atMost("a million lines: lost", 1_000_000 - million.shown, 0),
  atMost("twice", million.twice, 0),
  atMost("memory grows by, MiB", million.growth / 2 ** 20, 2),
];

const rows = targets.map(({ what, measured, target, met }) => [what, measured, target, met ? "yes" : "NO"]);
const table = [["", "measured", "target", "met"], ["---", "---", "---", "---"], ...rows];
process.stdout.write(`${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
const missed = targets.filter(({ met }) => !met);
process.stdout.write(`${targets.length - missed.length} targets met, ${missed.length} missed\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

function delays(what: string, watched: Watched[], most: { p50: number; p95: number }): Target[] {
  const all = watched.flatMap(({ delays }) => delays).sort((a, b) => a - b);
  const quantile = (share: number) => all[Math.ceil(all.length * share) - 1] ?? Number.POSITIVE_INFINITY;
  const wrong = watched.reduce((sum, { lost, twice }) => sum + lost + twice, 0);
  return [
    inSeconds(`${what}: ingestion to screen, p50`, quantile(0.5), most.p50),
    inSeconds("p95", quantile(0.95), most.p95),
    atMost(`lost or twice, of ${all.length}`, wrong, 0),
  ];
}

function whole(what: string, { lost, twice }: Watched): Target[] {
  return [atMost(`${what}: lost`, lost, 0), atMost("twice", twice, 0)];
}

function rate({ calls }: Watched, durationMs: number): number {
  return (calls.filter((at) => at < durationMs).length * minute) / durationMs;
}

function worstMinute({ calls }: Watched): number {
  return Math.max(...calls.map((from) => calls.filter((at) => at >= from && at < from + minute).length));
}

function atMost(what: string, measured: number, most: number): Target {
  return {
    what,
    measured: String(Math.round(measured * 100) / 100),
    target: `≤ ${most}`,
    met: measured <= most,
  };
}

function inSeconds(what: string, measured: number, most: number): Target {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(3)} s`;
  return { what, measured: seconds(measured), target: `≤ ${seconds(most)}`, met: measured <= most };
}
