import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { FarSide, LogEvent } from "../../src/remote/far-side.js";
import { followLogs } from "../../src/workflow/logs/follow.js";

export interface Million {
  shown: number;
  twice: number;
  /** The most that the heap held after a collection, against before; bytes. */
  growth: number;
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const beginning = Date.UTC(2026, 10, 20, 10);
const pageSize = 10_000;

/** A million lines, a thousand a second, a third of them late: on a clock that a pause moves, so that it takes seconds. */
export async function followMillion(lines = 1_000_000): Promise<Million> {
  // What the engine makes of code that it sees for the first time is not the log's.
  await follow(100_000, () => {});
  const before = heap();
  let most = 0;
  const counted = await follow(lines, () => {
    most = Math.max(most, heap());
  });
  return { ...counted, growth: most - before };
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

async function follow(lines: number, eachTenth: () => void): Promise<{ shown: number; twice: number }> {
  let now = 0;
  let shown = 0;
  // A bit a line: it stays as big as it is.
  const seen = new Uint8Array(Math.ceil(lines / 8));
  let twice = 0;
  let tenths = 0;
  const end = lines + 30_000;
  const farSide: Pick<FarSide, "logEvents"> = {
    logEvents: async ({ startTime, nextToken }) => {
      now += 40;
      // Between two calls: a page that is being shown is not what stays.
      if (shown >= (tenths + 1) * (lines / 10)) {
        tenths += 1;
        eachTenth();
      }
      return page(Number(nextToken ?? startTime - beginning), Math.min(lines, now), now);
    },
  };
  await followLogs(farSide, {
    group: "/aws/lambda/shop",
    since: beginning,
    onEvent: ({ message }) => {
      const number = Number(message);
      const bit = 1 << (number % 8);
      const byte = seen[number >> 3] ?? 0;
      if ((byte & bit) === 0) shown += 1;
      else twice += 1;
      seen[number >> 3] = byte | bit;
    },
    emit: () => {},
    done: () => now >= end,
    signal: new AbortController().signal,
    patience: "all",
    clock: {
      now: () => now,
      delay: async (ms) => {
        now += ms;
      },
      random: Math.random,
    },
  });
  return { shown, twice };
}

/** One line a millisecond; each third is late. */
function page(from: number, until: number, now: number) {
  const events: LogEvent[] = [];
  let number = Math.max(0, Math.ceil(from));
  for (; number < until && events.length < pageSize; number += 1) {
    const late = number % 3 === 0 ? (number * 7_919) % 10_000 : 0;
    if (number + late > now) continue;
    const timestamp = beginning + number;
    const id = `3${String(number).padStart(55, "0")}`;
    const stream = `2026/11/20/[$LATEST]${number % 5}`;
    events.push({ id, stream, timestamp, ingestionTime: timestamp + late, message: String(number) });
  }
  return { events, ...(number < until ? { nextToken: String(number) } : {}) };
}
