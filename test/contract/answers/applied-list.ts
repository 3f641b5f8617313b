import { runOperation, type Speaker } from "./answer.js";
import { failureMessage } from "./messages.js";
import { meaningless } from "./nonsense.js";
import type { Random } from "./random.js";

export const appliedList: Speaker = {
  name: "applied-list",
  operations: [runOperation],
  success(random) {
    const [applied, skipped] = apart(random);
    return {
      value: {
        success: true,
        migrations_applied: applied,
        migrations_skipped: skipped,
        ...(random.chance(0.3) ? { error: null } : {}),
      },
      revisions: { applied, skipped },
    };
  },
  failure: (random) => ({
    ...random.pick([
      { success: false, migrations_applied: [] },
      { success: true, migrations_applied: ["a"] },
      {},
    ]),
    ...random.pick([
      { error: failureMessage(random) },
      { errorMessage: failureMessage(random) },
      { errors: [1] },
    ]),
  }),
  partial: (random) => ({
    success: random.chance(0.5),
    migrations_applied: random.revisions(3),
    migrations_skipped: random.revisions(3),
    migrations_failed: ["005_broken"],
    error: failureMessage(random),
  }),
  nonsense: (random) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () => ({ success: true }),
      () => ({
        success: true,
        migrations_applied: random.pick([null, 3, "001", {}, [1], [null], [{}], [""], [["a"]]]),
      }),
      () => ({ success: true, migrations_applied: ["a"], migrations_skipped: ["a"] }),
      () => ({ success: true, migrations_applied: ["a", "a"], migrations_skipped: [] }),
      () => ({
        success: random.pick(["true", 1, null, "yes", {}]),
        migrations_applied: ["a"],
        migrations_skipped: [],
      }),
      () => ({ migrations_applied: ["a"], migrations_skipped: [] }),
      () => ({ success: true, migrations_applied: ["a"], status: random.pick(["running", "partial"]) }),
      () => ({ rows: [["a", null]] }),
    ])(),
};

function apart(random: Random): [string[], string[]] {
  const all = random.revisions(6);
  const cut = random.int(all.length + 1);
  return [all.slice(0, cut), all.slice(cut)];
}

/** Document 003's second Lambda: its answers say what is applied, never that a run succeeded. */
export const queryLambda: Speaker = {
  name: "applied-list, its query function",
  operations: [{ kind: "status" }],
  success(random) {
    const applied = random.revisions(5);
    const at = random.chance(0.5) ? "2026-01-26 10:00:00" : null;
    const rows = applied.map((version) => (random.chance(0.5) ? [version, at] : { version, applied_at: at }));
    const count = random.chance(0.3) ? { row_count: rows.length } : {};
    return { value: { rows, ...count }, revisions: { applied, current: applied.slice(-1) } };
  },
  failure: (random) =>
    random.pick([
      { error: failureMessage(random) },
      { success: false, rows: [] },
      { rows: [], error: failureMessage(random) },
    ]),
  nonsense: (random) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () => ({
        rows: random.pick([
          null,
          1,
          "a",
          {},
          ["a"],
          [[]],
          [["a"]],
          [{}],
          [[null, null]],
          [{ version: "" }],
          [[1.5, null]],
        ]),
      }),
      () => ({ rows: [["a", null]], row_count: 2 }),
      () => ({ success: true, migrations_applied: ["a"] }),
    ])(),
};
