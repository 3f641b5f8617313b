import type { LogEvent } from "../../src/remote/far-side.js";
import type { Behaviour } from "../../test/support/scripted-logs.js";

/** A log as it comes, in milliseconds from its beginning. */
export interface LogScript {
  lines: Line[];
  pageSize: number;
  /** Drawn for each call. */
  behaviour: () => Behaviour;
}

export interface Line {
  /** Written. */
  at: number;
  /** Ingested so much later, which is when it can be read. */
  late: number;
  stream: string;
}

/** The same numbers each time: a round can be repeated. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const streamNames = ["a", "b", "c", "d", "e"].map((name) => `2026/11/20/[$LATEST]${name.repeat(32)}`);
const aPage = (): Behaviour => "page";

/** Lines evenly spread, all the time: nothing tells when the next one comes. */
export function steady(durationMs: number): LogScript {
  const draw = random(1);
  const lines: Line[] = [];
  for (let at = 0; at < durationMs; at += 50 + draw() * 100) lines.push(line(at, 0, draw));
  return { lines, pageSize: 10_000, behaviour: aPage };
}

/** Runs of migrations: lines for some seconds, then a statement that takes its time. */
export function runs(durationMs: number, seed: number): LogScript {
  const draw = random(seed);
  const lines: Line[] = [];
  for (let at = 0; at < durationMs; at += 3_000 + draw() * 12_000) {
    const end = Math.min(durationMs, at + 3_000 + draw() * 9_000);
    for (; at < end; at += 50 + draw() * 750) {
      for (let count = 1 + draw() * 6; count >= 1; count -= 1) lines.push(line(at, 0, draw));
    }
  }
  return { lines, pageSize: 10_000, behaviour: aPage };
}

/** A third up to ten seconds late, half of the calls turned away, pages that are empty or come twice. */
export function hostile(count: number, durationMs: number): LogScript {
  const draw = random(3);
  const lines = Array.from({ length: count }, (_, index) =>
    line((index / count) * durationMs, draw() < 1 / 3 ? draw() * 10_000 : draw() * 100, draw),
  );
  const behaviour = (): Behaviour => {
    const drawn = draw();
    if (drawn < 0.5) return "throttle";
    if (drawn < 0.6) return "duplicate";
    if (drawn < 0.7) return "empty";
    return drawn < 0.75 ? "repeat" : "page";
  };
  return { lines, pageSize: 1_000, behaviour };
}

export function silent(): LogScript {
  return { lines: [], pageSize: 10_000, behaviour: aPage };
}

function line(at: number, late: number, draw: () => number): Line {
  return { at, late, stream: streamNames[Math.floor(draw() * streamNames.length)] ?? "" };
}

/** As CloudWatch has them, once the beginning is known. */
export function eventsOf({ lines }: LogScript, beginning: number): LogEvent[] {
  return lines.map(({ at, late, stream }, index) => {
    const timestamp = Math.floor(beginning + at);
    return {
      id: `3${String(index).padStart(55, "0")}`,
      stream,
      timestamp,
      ingestionTime: Math.floor(timestamp + late),
      message: `line ${index}`,
    };
  });
}
