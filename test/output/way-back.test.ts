import { expect, test } from "vitest";
import { makeStyle } from "../../src/output/style.js";
import { wayBackLines } from "../../src/output/way-back.js";
import type { WayBackView } from "../../src/workflow/results.js";

const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 80, env: {} });
const text = (...args: [WayBackView | undefined, Parameters<typeof wayBackLines>[1]]) =>
  wayBackLines(...args, style).join("\n");

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
  expect(text(snapshot, "applied")).toBe("  snapshot migrate-remote-prod-20261120t104512z-004");
  expect(text(snapshot, "locked")).toBe("  snapshot migrate-remote-prod-20261120t104512z-004");
});

test.each(["failed", "unknown"] as const)(
  "after a run that is %s: the exact command, what it loses, and what loses less",
  (outcome) => {
    const shown = text(snapshot, outcome);
    const flat = shown.replace(/\s+/g, " ");
    expect(shown).toContain(`\n    ${snapshot.restoreCommand}\n`);
    expect(flat).toContain("loses all writes since 10:45:12Z, 4 min ago.");
    expect(flat).toContain("loses less, what was written since 10:48:00Z:");
    expect(shown.split("\n").at(-1)).toBe(`    ${snapshot.pointInTime?.restoreCommand}`);
  },
);

test("without point-in-time recovery there is no word of it", () => {
  const { pointInTime: _, ...alone } = snapshot;
  expect(text(alone, "failed")).not.toContain("Point-in-time");
});

test("point-in-time recovery as the way back", () => {
  const way: WayBackView = {
    kind: "pointInTime",
    database: { kind: "cluster", identifier: "shop" },
    moment: "2026-11-20T10:48:00Z",
    lostSeconds: 5,
    restoreCommand: "migrate-remote snapshot restore --to-time 2026-11-20T10:48:00Z --stage prod",
  };
  expect(text(way, "applied")).toBe("  way back: point-in-time recovery to 2026-11-20 10:48:00Z");
  expect(text(way, "failed").replace(/\s+/g, " ")).toContain(
    "point-in-time recovery to 2026-11-20 10:48:00Z of cluster shop. It makes a new database, and loses all writes since 10:48:00Z, 5 s ago.",
  );
});

test("whoever went without one is told why, also when it is missed", () => {
  const skipped: WayBackView = { kind: "skipped", reason: "restored nightly" };
  expect(text(skipped, "applied")).toBe("  no snapshot was taken: restored nightly");
  expect(text(skipped, "failed")).toBe("  no snapshot was taken: restored nightly");
  expect(text({ kind: "none" }, "failed")).toBe("");
  expect(text(undefined, "failed")).toBe("");
});
