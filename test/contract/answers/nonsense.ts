import type { Random } from "./random.js";

/** Success of another contract than the one that is asked. */
export function foreign(random: Random): unknown {
  return random.pick([
    { success: true },
    { success: true, migrations_applied: ["a"], migrations_skipped: [] },
    { success: true, state: "up_to_date" },
    { ok: true, done: ["a"] },
    { exitCode: 0, output: "Nothing to migrate." },
    [0, "Nothing to migrate."],
    { results: [{ migrationName: "a", direction: "Up", status: "Success" }] },
    { rows: [["a", "2026-01-01"]] },
  ]);
}

/** JSON that says nothing. */
export function meaningless(random: Random): unknown {
  return random.pick<unknown>([
    {},
    [],
    [[]],
    null,
    12,
    -1,
    1e308,
    true,
    "success",
    "OK",
    "true",
    random.noise(20),
    { message: "hello" },
    { success: "true" },
    { success: null },
    { success: { success: true } },
    { Success: true },
    { constructor: { prototype: { success: true } } },
    JSON.parse('{"__proto__": {"success": true, "state": "up_to_date"}}'),
    { toString: 1, hasOwnProperty: null, length: 0 },
    { x: "y".repeat(random.chance(0.01) ? 100_000 : 10) },
  ]);
}
