import { expect, test } from "vitest";
import { interruptionError, noted, type Underway } from "../../src/cli/interruption.js";
import type { WorkflowEvent } from "../../src/workflow/events.js";

const snapshot = (status: string): WorkflowEvent => ({
  type: "snapshot",
  id: "s-1",
  database: "shop",
  status,
  percent: 0,
  elapsedMs: 0,
  timeoutMs: 1,
});
const seen = (...events: WorkflowEvent[]) => events.reduce<Underway>(noted, {});

test("before anything was sent", () => {
  expect(interruptionError("run", seen(), "prod")).toEqual({
    code: "interrupted",
    message: "Interrupted. Nothing was sent that writes.",
  });
});

test("while the snapshot of a run is made: it goes on, and can be used", () => {
  const error = interruptionError("run", seen(snapshot("requested"), snapshot("creating")), "prod");
  expect(error).toEqual({
    code: "interrupted",
    message: "Interrupted. Nothing was sent that writes. Snapshot s-1 goes on being made.",
    hint: "Wait for it: migrate-remote snapshot wait s-1 --stage prod\nThen: migrate-remote run --stage prod --reuse-snapshot 1h",
    snapshotId: "s-1",
  });
  const done = interruptionError("run", seen(snapshot("available")), "prod");
  expect(done.message).toContain("Snapshot s-1 is available.");
  expect(done.hint).toContain("--reuse-snapshot");
});

test("a snapshot command has no run to speak of", () => {
  const error = interruptionError("snapshot create", seen(snapshot("creating")), undefined);
  expect(error.message).toBe("Interrupted here. Snapshot s-1 goes on being made.");
  expect(error.hint).toBe("Wait for it: migrate-remote snapshot wait s-1");
});

test("whether it was begun may not be known", () => {
  const error = interruptionError("snapshot create", seen(snapshot("requested")), "prod");
  expect(error.message).toContain("may have been begun");
  expect(error.hint).toContain("snapshot list --stage prod");
});

test("once the run has begun, it is the run that goes on", () => {
  const events = [
    snapshot("available"),
    { type: "started", runId: "r-1", hasLedger: true, hasStatus: true } as const,
  ];
  const error = interruptionError("run", seen(...events), "prod");
  expect(error).toMatchObject({ runId: "r-1", hint: "Rejoin it: migrate-remote attach r-1 --stage prod" });
});

test("a restore goes on, and can be looked at; a deletion may have happened", () => {
  const restoring: WorkflowEvent = {
    type: "restoring",
    from: "snapshot s-1",
    database: { kind: "instance", identifier: "shop-new" },
    hint: "Look at it: aws rds describe-db-instances --db-instance-identifier shop-new",
  };
  const error = interruptionError("snapshot restore", seen(restoring), "prod");
  expect(error.message).toContain("the new instance shop-new");
  expect(error.hint).toContain("aws rds describe-db-instances --db-instance-identifier shop-new");
  const deleting = interruptionError(
    "snapshot prune",
    seen({ type: "deleting", id: "s-2", index: 2, total: 3 }),
    "prod",
  );
  expect(deleting.message).not.toContain("Nothing was sent");
  expect(deleting.message).toContain("s-2 may be gone");
});

test.each([
  ["a status", true, /How it ended: migrate-remote status --stage dev/],
  ["no read", false, /Nothing but its last lines will tell/],
])("without a ledger, and with %s, what tells is named", (_, hasStatus, hint) => {
  const started = { type: "started", runId: "r-1", hasLedger: false, hasStatus } as const;
  expect(interruptionError("run", seen(started), "dev").hint).toMatch(hint);
});
