/** Choices that a seed repeats. */
export interface Random {
  /** Whole, from 0 up to but without `below`. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One migration's name, as projects have them. */
  revision(): string;
  /** Different from one another. */
  revisions(most: number): string[];
  /** Any characters, half pairs of UTF-16 and controls among them. */
  noise(most: number): string;
}

/** Mulberry32: 32 bits of state, the same everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  const chance = (probability: number) => next() < probability;
  const pick = <T>(items: readonly T[]): T => items[int(items.length)] as T;
  const revision = () => {
    const hex = int(2 ** 32)
      .toString(16)
      .padStart(8, "0");
    return pick([
      hex,
      `${String(int(1000)).padStart(3, "0")}_${pick(words)}_${hex}`,
      `${20240101 + int(99)}_${pick(words)}`,
    ]);
  };
  return {
    int,
    chance,
    pick,
    revision,
    revisions: (most) => [...new Set(Array.from({ length: int(most + 1) }, revision))],
    noise: (most) => Array.from({ length: int(most + 1) }, () => String.fromCharCode(int(0x10000))).join(""),
  };
}

// Names of migrations speak of errors and failures too.
const words = [
  "init",
  "add_users",
  "error_codes",
  "add_failed_jobs",
  "drop_exceptions",
  "größe",
  "索引",
  "fix_missing_fk",
];
