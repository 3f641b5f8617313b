import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/remote/databases.js";
import { age } from "../../../src/workflow/snapshots/age.js";
import { asAvailable } from "../../../src/workflow/snapshots/available.js";
import { readinessOf } from "../../../src/workflow/snapshots/database-state.js";
import { snapshotName } from "../../../src/workflow/snapshots/name.js";
import { reusable } from "../../../src/workflow/snapshots/reuse.js";
import { factsOf, tagsOf } from "../../../src/workflow/snapshots/tags.js";
import { leftMs, usualMs } from "../../../src/workflow/snapshots/time-left.js";

const at = new Date("2026-11-20T10:45:12.345Z");
const kind = fc.constantFrom("instance" as const, "cluster" as const);

function snapshot(parts: Partial<Snapshot>): Snapshot {
  return { id: "s", kind: "instance", database: "db", status: "available", percent: 100, tags: {}, ...parts };
}

describe("a snapshot's name", () => {
  test("says stage, time and what the database is at", () => {
    expect(snapshotName({ kind: "instance", stage: "prod", at, revisions: ["004_drop_notes"] })).toBe(
      "migrate-remote-prod-20261120t104512z-004-drop-notes",
    );
    expect(snapshotName({ kind: "instance", stage: "Prod_EU", at, revisions: [] })).toBe(
      "migrate-remote-prod-eu-20261120t104512z",
    );
    expect(snapshotName({ kind: "instance", stage: "x", at, revisions: ["1a2b", "3c4d"] })).toBe(
      "migrate-remote-x-20261120t104512z-1a2b-3c4d",
    );
  });

  test("is within RDS's rules whatever stage and revision are called, and always has the time", () => {
    fc.assert(
      fc.property(
        kind,
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.array(fc.string()),
        (of, stage, revisions) => {
          const name = snapshotName({ kind: of, stage, at, revisions });
          expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
          expect(name.length).toBeLessThanOrEqual(of === "cluster" ? 63 : 255);
          expect(name).toContain("20261120t104512z");
          const next = new Date(at.getTime() + 1000);
          expect(snapshotName({ kind: of, stage, at: next, revisions })).not.toBe(name);
        },
      ),
    );
  });
});

describe("tags", () => {
  test("what was written is read again", () => {
    const facts = {
      stage: "prod",
      runId: "20261120T104512Z-9f3c1a7e",
      revision: "004",
      gitCommit: "a".repeat(40),
      requestedBy: "me@host",
      keepUntil: at.toISOString(),
      seconds: 90,
    };
    expect(factsOf(tagsOf(facts), "prod")).toEqual(facts);
  });

  test("another stage's snapshot, or nobody's, is not ours", () => {
    expect(factsOf(tagsOf({ stage: "prod" }), "dev")).toBeUndefined();
    expect(factsOf({ Name: "prod", stage: "prod" }, "prod")).toBeUndefined();
  });

  test("values are of what AWS takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (requestedBy) => {
        for (const value of Object.values(tagsOf({ stage: "prod", requestedBy }))) {
          expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
        }
      }),
    );
  });
});

describe("only what is available counts as available", () => {
  test.each(["creating", "failed", "deleting", "copying", "", "Available", "available "])(
    "not %j",
    (status) => {
      expect(asAvailable(snapshot({ status }))).toBeUndefined();
    },
  );
  test("available", () => expect(asAvailable(snapshot({}))?.id).toBe("s"));
});

describe("the state of a database", () => {
  test.each([
    ["available", "ready"],
    ["storage-optimization", "ready"],
    ["backing-up", "passing"],
    ["modifying", "passing"],
    ["configuring-enhanced-monitoring", "passing"],
    ["what-comes-next-year", "passing"],
    ["stopped", "stuck"],
    ["stopping", "stuck"],
    ["deleting", "stuck"],
    ["failed", "stuck"],
    ["incompatible-network", "stuck"],
    ["inaccessible-encryption-credentials", "stuck"],
    ["storage-full", "stuck"],
  ])("%s is %s", (status, expected) => expect(readinessOf(status)).toBe(expected));
});

describe("reuse", () => {
  const minutesAgo = (minutes: number) => new Date(at.getTime() - minutes * 60_000).toISOString();
  test("the newest that is young enough", () => {
    const list = [40, 20, 10].map((minutes) =>
      snapshot({ id: `${minutes}`, createdAt: minutesAgo(minutes) }),
    );
    expect(reusable(list, 30 * 60, at)?.id).toBe("10");
    expect(reusable(list, 15 * 60, at)?.id).toBe("10");
    expect(reusable(list, 5 * 60, at)).toBeUndefined();
  });
  test("never one that failed, is going, or has no time", () => {
    const created = { createdAt: minutesAgo(1) };
    const list = [
      snapshot({ status: "failed", ...created }),
      snapshot({ status: "deleting", ...created }),
      snapshot({}),
    ];
    expect(reusable(list, 3600, at)).toBeUndefined();
  });
  test("one that is still being made will do", () => {
    expect(reusable([snapshot({ status: "creating", createdAt: minutesAgo(1) })], 3600, at)?.status).toBe(
      "creating",
    );
  });
});

describe("how much longer", () => {
  test("its own progress before what is usual, nothing where nothing tells", () => {
    expect(leftMs({ percent: 50, elapsedMs: 60_000 })).toBe(60_000);
    expect(leftMs({ percent: 0, elapsedMs: 60_000, usualMs: 180_000 })).toBe(120_000);
    expect(leftMs({ percent: 1, elapsedMs: 200_000, usualMs: 180_000 })).toBeUndefined();
    expect(leftMs({ percent: 0, elapsedMs: 1 })).toBeUndefined();
  });
  test("usual is the median of those of this stage", () => {
    const took = (stage: string, seconds: number) => snapshot({ tags: tagsOf({ stage, seconds }) });
    expect(usualMs([took("prod", 300), took("prod", 100), took("prod", 200), took("dev", 9)], "prod")).toBe(
      200_000,
    );
    expect(usualMs([snapshot({})], "prod")).toBeUndefined();
  });
});

test.each([
  [30, "30 s"],
  [240, "4 min"],
  [3 * 3600, "3 h"],
  [3 * 86_400, "3 days"],
])("%i seconds ago is %s", (seconds, expected) => {
  expect(age(new Date(at.getTime() - seconds * 1000).toISOString(), at)).toBe(expected);
});
