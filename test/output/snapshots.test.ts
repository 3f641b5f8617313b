import { describe, expect, test } from "vitest";
import { snapshotText } from "../../src/output/snapshots.js";
import { makeStyle } from "../../src/output/style.js";
import type { ListedSnapshot, SnapshotPruneResult, SnapshotResult } from "../../src/workflow/results.js";

const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 80, env: {} });
const text = (result: SnapshotResult) => snapshotText(result, style).join("\n");

const target = {
  command: "snapshot" as const,
  stage: "prod",
  function: "shop-api-migrate-lambda-prod",
  contract: "migrate-remote" as const,
  protected: true,
};
const database = { kind: "instance" as const, identifier: "shop-prod" };

function snapshot(more: Partial<ListedSnapshot> = {}): ListedSnapshot {
  return {
    id: "migrate-remote-prod-20261120t104512z-004-drop-account-notes",
    kind: "instance",
    database: "shop-prod",
    status: "available",
    percent: 100,
    createdAt: "2026-11-20T10:45:12.000Z",
    sizeGiB: 200,
    runId: "20261120T104512Z-9f3c1a7e",
    revision: "004_drop_notes",
    keepUntil: "2026-12-20T10:45:12.000Z",
    ageSeconds: 240,
    ...more,
  };
}

const several = [
  snapshot(),
  snapshot({ id: "migrate-remote-prod-20261119t104512z", status: "creating", percent: 40 }),
  snapshot({ id: "migrate-remote-prod-20261118t104512z", status: "failed", ageSeconds: 172_800 }),
];

describe("list", () => {
  const list = (snapshots: ListedSnapshot[]) => text({ ...target, action: "list", database, snapshots });

  test("a screen that is wide enough, and whatever is no screen, has a line for each", () => {
    for (const [isTerminal, columns] of [
      [true, 170],
      [false, undefined],
    ] as const) {
      const wide = makeStyle({ verbose: false, color: false, isTerminal, columns, env: {} });
      const listing = { ...target, action: "list" as const, database, snapshots: several };
      const [, , header, first, second] = snapshotText(listing, wide);
      expect(header).toMatch(/^ {2}ID +STATUS +AGE +SIZE +RUN +KEEP UNTIL +REVISION$/);
      expect(first).toMatch(/^✓ migrate-remote-prod-\S+notes +available +4 min .* 004_drop_notes$/);
      expect(second).toMatch(/^○ migrate-remote-prod-20261119t104512z +creating, 40 % +4 min /);
    }
  });

  test("fits 80 columns, the ids whole, each with what is known of it", () => {
    const shown = list(several);
    for (const line of shown.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const { id } of several) expect(shown).toContain(id);
    expect(shown).toMatch(/4 min +200 GiB +20261120T104512Z-9f3c1a7e +2026-12-20 +004_drop_notes/);
    expect(shown).toContain("creating, 40 %");
    expect(shown).toContain("failed");
    expect(shown).toContain("3 snapshots of instance shop-prod");
  });

  test("what is not known is a dash, and nothing at all is said", () => {
    const bare = { id: "s", kind: "instance" as const, database: "d", status: "creating", percent: 0 };
    expect(list([bare])).toMatch(/- +- +- +- +-/);
    expect(list([])).toContain("There is no snapshot of instance shop-prod that migrate-remote made.");
  });

  test("what came from a tag cannot steer the terminal", () => {
    const shown = list([snapshot({ revision: "\x1b[2J", runId: "a\nb" })]);
    expect(shown).not.toContain("\x1b");
    expect(shown).not.toContain("a\nb");
  });
});

describe("create", () => {
  test("names it, says how to restore it, and ends with one verdict", () => {
    const shown = text({ ...target, action: "create", snapshot: snapshot(), durationMs: 130_000 });
    expect(shown).toContain(`migrate-remote snapshot restore ${snapshot().id} --stage prod`);
    expect(shown.split("\n").at(-1)).toBe("✓ The snapshot is available after 2 min 10 s.");
  });
});

describe("prune", () => {
  const prune = (more: Partial<SnapshotPruneResult>) =>
    text({
      ...target,
      action: "prune",
      database,
      rule: {},
      dryRun: true,
      deleted: [],
      kept: [],
      failed: [],
      ...more,
    });

  test("dry: what would go, what would stay, and the command that does it", () => {
    const rule = { keep: 2, olderThanSeconds: 2_592_000 };
    const shown = prune({ rule, wouldDelete: several.slice(2), kept: several.slice(0, 2) });
    expect(shown).toMatch(/^Would be deleted\n(.*\n){2}- migrate-remote-prod-20261118/m);
    expect(shown).toMatch(/^Would stay\n/m);
    expect(shown.replace(/\s+/g, " ")).toContain(
      "1 snapshot would be deleted, 2 stay; nothing was changed. Delete: migrate-remote snapshot prune --stage prod --keep 2 --older-than 30d --confirm",
    );
  });

  test.each([
    [90, "--older-than 90s"],
    [5_400, "--older-than 90m"],
    [0, "--older-than 0s"],
  ])("an age of %d s is said as it is typed", (olderThanSeconds, words) => {
    expect(prune({ rule: { olderThanSeconds }, wouldDelete: several }).replace(/\s+/g, " ")).toContain(words);
  });

  test("done", () => {
    const shown = prune({ dryRun: false, deleted: several.slice(1), kept: several.slice(0, 1) });
    expect(shown.split("\n").at(-1)).toBe("✓ Deleted 2 snapshots; 1 stays.");
    expect(shown).toMatch(/^Deleted\n(.*\n){2}- migrate-remote-prod-20261119/m);
    expect(shown).toMatch(/^Stay\n(.*\n){2}✓ migrate-remote-prod-20261120/m);
    expect(prune({ dryRun: false, kept: several })).toContain("Nothing to delete: 3 stay");
  });

  test("one that could not be deleted is told with its reason, and is the verdict", () => {
    const error = { code: "access_denied", message: "AWS does not allow it.", hint: "Have it granted." };
    const shown = prune({
      dryRun: false,
      deleted: several.slice(0, 1),
      failed: [{ snapshot: snapshot({ id: "stubborn" }), error }],
    });
    expect(shown).toMatch(
      /Could not be deleted\n! stubborn\n✗ AWS does not allow it\.\n {2}Have it granted\./,
    );
    expect(shown).toContain("1 of 2 snapshots could not be deleted");
  });
});

test("restore: the new address, the steps in order, each command whole on a line of its own", () => {
  const command = `aws rds modify-db-instance --db-instance-identifier shop-prod --new-db-instance-identifier shop-prod-old --apply-immediately`;
  const shown = text({
    ...target,
    action: "restore",
    snapshotId: "s-1",
    moment: "2026-11-20T10:45:12Z",
    original: database,
    database: {
      kind: "instance",
      identifier: "shop-new",
      status: "available",
      endpoints: [{ host: "shop-new.example", port: 5432 }, { host: "reader.example" }],
    },
    steps: [{ text: "Stop what writes." }, { text: "Swap the names:", command }],
    durationMs: 720_000,
  });
  expect(shown).toContain("shop-new.example:5432");
  expect(shown).toContain("reader.example");
  expect(shown).toContain("2026-11-20 10:45:12Z");
  expect(shown).toContain(`  1. Stop what writes.\n  2. Swap the names:\n       ${command}\n`);
  expect(shown).toContain("instance shop-prod was not touched");
  expect(shown).toMatch(/✓ Restored into the new instance shop-new in 12 min 0 s\./);
});
