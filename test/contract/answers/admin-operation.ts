import { runOperation, type Speaker } from "./answer.js";
import { failureMessage, successMessage } from "./messages.js";
import { meaningless } from "./nonsense.js";
import type { Random } from "./random.js";

const done = (random: Random) =>
  random.pick([{ success: true }, { status: "success" }, { success: true, status: "ok" }]);
const levelled = (random: Random, fields: object, rest: object) =>
  random.pick<object>([
    { ...fields, ...rest },
    { ...fields, result: rest },
    { ...fields, data: rest },
  ]);

export const adminOperation: Speaker = {
  name: "admin-operation",
  operations: [
    { kind: "status" },
    { kind: "dry-run", fixHistory: true, targetRevision: "abc" },
    runOperation,
  ],
  success(random, { kind }) {
    const names = random.revisions(4);
    const listed = random.chance(0.5) ? names : names.map((revision) => ({ revision, description: "x" }));
    const current = random.pick(["abc123", "abc123 (head)", "abc123 → abc123"]);
    const revisions = {
      [random.pick(["current_revision", "current_revisions"])]: random.chance(0.5) ? current : ["abc123"],
    };
    if (kind === "run") {
      const applied = { [random.pick(["migrations_applied", "applied_migrations"])]: listed };
      const message = random.chance(0.5) ? { message: successMessage(random) } : {};
      const value = {
        ...levelled(random, done(random), { ...applied, ...revisions }),
        ...message,
        error: null,
        errors: [],
      };
      return { value, revisions: { applied: names, current: ["abc123"] } };
    }
    const state = names.length === 0 ? "up_to_date" : "pending_migrations";
    const said = random.pick([
      { state },
      { migration_state: state },
      { status: state },
      { success: true, state },
    ]);
    const value = levelled(random, said, { pending_migrations: listed, ...revisions });
    return { value, revisions: { pending: names, current: ["abc123"] } };
  },
  failure: (random) => {
    const message = failureMessage(random);
    const inner = random.pick([
      { success: false, message },
      { status: "error", message },
      { status: "failed", error: { type: "X", message } },
      { success: true, error: message },
      { success: true, state: "up_to_date", errors: [message] },
      { error: message },
      { success: false },
      { errorMessage: message, errorType: "OperationalError" },
      { success: true, result: { success: false, error: message } },
      { state: "up_to_date", data: { status: "failed" } },
      { success: true, traceback: message },
    ]);
    return inner;
  },
  partial: (random) => ({
    ...random.pick([{ success: false }, { status: "failed" }, { success: true, failed: ["b"] }]),
    migrations_applied: random.revisions(3),
    error: failureMessage(random),
  }),
  nonsense: (random, { kind }) =>
    random.pick<() => unknown>([
      () => meaningless(random),
      () =>
        random.pick([{ exitCode: 0 }, [0, "x"], { ok: true, done: ["a"] }, { rows: [] }, { results: [] }]),
      () => ({
        state: random.pick(
          ["empty", "pending_migrations", "inconsistent", "tables_without_migration_history"].slice(
            kind === "run" ? 0 : 4,
          ),
        ),
      }),
      () => ({ state: random.pick(["great", 5, null, ["up_to_date"], { up_to_date: true }]) }),
      () => ({ success: random.pick(["yes please", 2, [], {}, null]), state: "up_to_date" }),
      () => ({
        status: random.pick(["running", "queued", "partial", "locked"]),
        state: kind === "run" ? "up_to_date" : undefined,
      }),
    ])(),
};
