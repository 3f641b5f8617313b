import { expect, test } from "vitest";
import { makeStyle } from "../../src/output/style.js";
import { wayBackAdvice, wayBackLine } from "../../src/output/way-back.js";
import type { RunResult, WayBackView } from "../../src/workflow/results.js";

const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 80, env: {} });
const line = (wayBack: WayBackView | undefined) => wayBackLine(wayBack, style).join("\n");
const advice = (wayBack: WayBackView | undefined, outcome: RunResult["outcome"]) =>
  wayBackAdvice(wayBack, outcome, style).join("\n");

const snapshot: WayBackView = {
  kind: "snapshot",
  database: { kind: "instance", identifier: "shop-prod" },
  snapshotId: "migrate-remote-prod-20261120t104512z-004",
  moment: "2026-11-20T10:45:12.000Z",
  lostSeconds: 250,
  restoreCommand: "migrate-remote snapshot restore migrate-remote-prod-20261120t104512z-004 --stage prod",
  pointInTime: {
    moment: "2026-11-20T10:48:00.000Z",
    restoreCommand: "migrate-remote snapshot restore --to-time 2026-11-20T10:48:00.000Z --stage prod",
  },
};

test("after success it is one line", () => {
  expect(line(snapshot)).toBe("  snapshot migrate-remote-prod-20261120t104512z-004");
  for (const outcome of ["applied", "locked", "not_started", "detached"] as const)
    expect(advice(snapshot, outcome)).toBe("");
});

test.each(["failed", "unknown"] as const)(
  "after a run that is %s: the exact command, what it loses, and what loses less",
  (outcome) => {
    const shown = advice(snapshot, outcome);
    const flat = shown.replace(/\s+/g, " ");
    expect(shown).toContain(`\n    ${snapshot.restoreCommand}\n`);
    expect(flat).toContain("loses all writes since 10:45:12Z, 4 min ago.");
    expect(flat).toContain("loses less, what was written since 10:48:00Z:");
    expect(shown.trimEnd().split("\n").at(-1)).toBe(`    ${snapshot.pointInTime?.restoreCommand}`);
  },
);

test("it says to which revision it leads: a reused snapshot undoes also what was applied since", () => {
  expect(advice({ ...snapshot, revision: "006_six" }, "failed").replace(/\s+/g, " ")).toContain(
    "It makes a new database at 006_six, and loses all writes since",
  );
});

test("without point-in-time recovery there is no word of it", () => {
  const { pointInTime: _, ...alone } = snapshot;
  expect(advice(alone, "failed")).not.toContain("Point-in-time");
});

test("point-in-time recovery as the way back", () => {
  const way: WayBackView = {
    kind: "pointInTime",
    database: { kind: "cluster", identifier: "shop" },
    moment: "2026-11-20T10:48:00Z",
    lostSeconds: 5,
    restoreCommand: "migrate-remote snapshot restore --to-time 2026-11-20T10:48:00Z --stage prod",
  };
  expect(line(way)).toBe("  way back: point-in-time recovery to 2026-11-20 10:48:00Z");
  expect(advice(way, "failed").replace(/\s+/g, " ")).toContain(
    "point-in-time recovery to 2026-11-20 10:48:00Z of cluster shop. It makes a new database, and loses all writes since 10:48:00Z, 5 s ago.",
  );
});

test("whoever went without one is told why", () => {
  const skipped: WayBackView = { kind: "skipped", reason: "restored nightly" };
  expect(line(skipped)).toBe("  no snapshot was taken: restored nightly");
  expect(line({ kind: "none", reason: "a copy" })).toBe("  no snapshot is taken here: a copy");
  expect(line({ kind: "none" }) + line(undefined)).toBe("");
  expect(advice(skipped, "failed") + advice(undefined, "failed")).toBe("");
});
