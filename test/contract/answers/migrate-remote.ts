import { toWire } from "../../../src/contract/wire.js";
import { runOperation, type Speaker } from "./answer.js";
import { failureMessage } from "./messages.js";
import { foreign, meaningless } from "./nonsense.js";

const identity = {
  problems: [],
  engine: "alembic",
  database: { host: "db", port: 5432, name: "app" },
  handler: { version: "0.1.0", operations: ["migration_status", "run_result"] },
};

export const migrateRemote: Speaker = {
  name: "migrate-remote",
  operations: [{ kind: "status" }, { kind: "dry-run", fixHistory: false }, runOperation],
  success(random, { kind }) {
    const names = random.revisions(4);
    const entries = names.map((revision) => ({
      revision,
      status: kind === "run" ? ("applied" as const) : ("pending" as const),
      durationMs: random.int(1000),
    }));
    const current = random.revisions(2);
    const report = {
      ...identity,
      operation: kind,
      success: true,
      state: kind === "run" || names.length === 0 ? "up_to_date" : "pending_migrations",
      currentRevisions: current,
      headRevisions: random.revisions(2),
      migrations: entries,
    };
    return { value: toWire(report), revisions: { [kind === "run" ? "applied" : "pending"]: names, current } };
  },
  failure: (random, { kind }) =>
    toWire({
      ...identity,
      operation: kind,
      success: false,
      currentRevisions: [],
      headRevisions: [],
      migrations: [],
      error: { code: "migration_failed", message: failureMessage(random) },
    }),
  partial: (random, { kind }) =>
    toWire({
      ...identity,
      operation: kind,
      success: random.chance(0.7) ? false : kind === "run",
      currentRevisions: ["a"],
      headRevisions: ["b"],
      migrations: [
        { revision: "a", status: "applied" },
        { revision: "b", status: "failed" },
      ],
      error: { code: "migration_failed", message: failureMessage(random) },
    }),
  nonsense(random, operation) {
    const report = migrateRemote.success(random, operation).value as Record<string, unknown>;
    const key = random.pick([
      "operation",
      "success",
      "current_revisions",
      "head_revisions",
      "migrations",
      "problems",
    ]);
    switch (random.int(4)) {
      case 0:
        return foreign(random);
      case 1:
        return { ...report, [key]: random.pick([undefined, null, "true", 5, [[]], [{}], { a: 1 }]) };
      case 2:
        return {
          ...report,
          operation: random.pick(["list-runs", "fence-run", "run-result", "fix-history", "x"]),
        };
      default:
        return meaningless(random);
    }
  },
};
