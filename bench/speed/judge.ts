import { medianOf } from "../measure.js";
import type { Rounds } from "./rounds.js";
import type { Sizes } from "./sizes.js";

export interface Judged {
  what: string;
  measured: string;
  /** What is aimed at. */
  target: string;
  met: boolean;
  /** What fails CI: what was measured when this was written, and a margin. Of processor time where that is known, which a busy machine changes less. */
  limit: string;
  isWithinLimit: boolean;
}

export interface Seen {
  measured: Rounds;
  /** Milliseconds in each round that a call to the instant endpoint was under way. */
  calls: Map<string, number[]>;
  mostInFlight: number;
  manyStages: number;
  sizes: Sizes | undefined;
}

const mebibyte = 2 ** 20;
const bare = "node -e 0";
const request = "one request";
const pending = "status, one pending";
const far = "50 ms a call";
/** The parser of arguments alone is 1.36 times a newer, quicker Node. */
const start = Number(process.versions.node.split(".")[0]) < 22 ? 1.35 : 1.5;
/** Connections to one address at a time; AWS takes more, but a laptop's network does not. */
const mostInFlight = 64;

export function judge({ measured, calls, mostInFlight: most, manyStages, sizes }: Seen): Judged[] {
  const { wall, peak } = measured;
  const many = wall.get(`status --all, ${manyStages} stages`) ?? [];
  const one = wall.get("status --all, one stage") ?? [];
  const own = new Map([...wall].map(([name, values]) => [name, minus(values, calls.get(name))]));
  return [
    ...ratio(measured, "--version", bare, { target: start, limit: 1.6 }),
    ...ratio(measured, "--help", bare, { target: start, limit: 1.8 }),
    ...ratio(measured, "completion of a stage", bare, { target: 1.6, limit: 2 }),
    ...ratio(measured, "status", request, { target: 2, limit: 4.4 }),
    ...ratio(measured, "status", "naive bundle", { target: 1, limit: 1.4 }),
    ...ratio(measured, "status", "aws lambda invoke", { target: 0.35, limit: 0.5 }),
    ...ratio({ ...measured, wall: own }, `run, ${far}`, `${pending}, ${far}`, { target: 1.2, limit: 1.4 }),
    ...ratio({ ...measured, wall: own }, "run", pending, { target: 1.2, limit: 1.6 }),
    ...ratio({ ...measured, wall: own }, "run", "status", { target: 1.2, limit: 3.5 }),
    atMost("peak memory of `status`, MiB", medianOf(peak.get("status") ?? []) / mebibyte, 70, 76),
    // Twice what 400 answers of 50 ms take through so many connections.
    atMost(
      `\`status --all\`: ${manyStages} stages more than one, s`,
      (medianOf(many) - medianOf(one)) / 1000,
      1,
      6,
    ),
    atMost("`status --all`: calls in flight at one time", most, mostInFlight, mostInFlight),
    ...(sizes === undefined
      ? []
      : [
          atMost("packed size, MB", sizes.packed / 1e6, 1.5, 1.5),
          atMost("unpacked size, MB", sizes.unpacked / 1e6, 6, 6),
          atMost("packages of `npm install -g`, optional ones too", sizes.packages, 5, 5),
        ]),
  ];
}

/** The median of the rounds' own ratios: what slows a whole round down falls on both. Nothing where one of the two is not here. */
function ratio(
  { wall, cpu }: Rounds,
  program: string,
  floor: string,
  { target, limit }: { target: number; limit: number },
): Judged[] {
  const byWall = ratioOf(wall, program, floor);
  if (byWall === undefined) return [];
  const judged = atMost(`\`${program}\` / \`${floor}\``, byWall, target, limit);
  const byCpu = ratioOf(cpu, program, floor);
  if (byCpu === undefined) return [judged];
  const measured = `${judged.measured} (processor ${byCpu.toFixed(2)})`;
  return [{ ...judged, measured, isWithinLimit: Math.min(byWall, byCpu) <= limit }];
}

function ratioOf(times: Map<string, number[]>, program: string, floor: string): number | undefined {
  const [over, under] = [times.get(program), times.get(floor)];
  if (over === undefined || under === undefined) return undefined;
  return medianOf(over.map((ms, round) => ms / (under[round] ?? Number.NaN)));
}

function minus(values: number[], calls: number[] | undefined): number[] {
  // The first round counts for nothing.
  return values.map((value, round) => value - (calls?.[round + 1] ?? 0));
}

function atMost(what: string, value: number, target: number, limit: number): Judged {
  return {
    what,
    measured: Number.isInteger(value) ? String(value) : value.toFixed(2),
    target: `≤ ${target}`,
    met: value <= target,
    limit: String(limit),
    isWithinLimit: value <= limit,
  };
}
