import { expect, test } from "vitest";
import type { Project } from "./project.js";
import type { ProjectKind } from "./project-kinds.js";

/** What is told of a kind of project. */
export interface ProjectStory {
  /** What the dry-run's SQL shows. */
  showsSql: Record<string, RegExp>;
  /** Revisions whose SQL nobody can know before they run. */
  unchecked?: string[];
  /** Application data, written at the target, and what the rest of the migrations makes of it. */
  data: { write: string; read: string; becomes: Record<string, unknown>[] };
  /** A migration after the last one that fails after its first statement, one behind it, and the first one repaired. */
  failure: {
    broken: Record<string, string>;
    repaired: Record<string, string>;
    failed: string;
    after: string;
    /** The table that the broken one makes before it fails. */
    leaves: string;
    error: Record<string, unknown>;
  };
}

/** Many commands in a row, on a machine that may be busy. */
const timeout = 180_000;

/** The three stories that every engine has to tell on a real project, each on a database of its own. */
export function tellStories(kind: ProjectKind, story: ProjectStory): void {
  const head = kind.revisions.at(-1) ?? "";
  const toTarget = upTo(kind, kind.target.revision);
  const rest = kind.revisions.filter((revision) => !toTarget.includes(revision));

  test("status → dry-run → run to a target → run to head → status", { timeout }, async () => {
    await using project = await made(kind);
    const fresh = await project.cli(["status", "--json"]);
    expect(fresh.exitCode, fresh.stdout).toBe(0);
    expect(fresh.json()).toMatchObject({
      state: "empty",
      engine: kind.engine,
      currentRevisions: [],
      headRevisions: [head],
    });
    expectOrder(kind, fresh.json().pending, kind.revisions);
    expect((await project.cli(["status", "--exit-code", "--quiet"])).exitCode).toBe(3);

    const planned = await project.cli(["run", "--dry-run", "--json"]);
    expect(planned.exitCode, planned.stdout).toBe(0);
    expect(planned.json()).toMatchObject({ outcome: "planned", planned: fresh.json().pending, applied: [] });
    expect(planned.json().planId).toMatch(/^[0-9a-f]{64}$/);
    for (const { revision, sql, unchecked } of planned.json().migrations) {
      expect(unchecked === true, revision).toBe(story.unchecked?.includes(revision) === true);
      if (story.showsSql[revision] !== undefined) expect(sql).toMatch(story.showsSql[revision]);
    }
    expect(await tables(project)).toEqual([]);

    const first = await project.cli(["run", "--target-revision", kind.target.asked, "--json"]);
    expect(first.exitCode, first.stdout).toBe(0);
    expect(first.json()).toMatchObject({
      outcome: "applied",
      evidence: "report",
      state: "pending_migrations",
    });
    expectOrder(kind, first.json().applied, toTarget);
    expect(await kind.history.current(project)).toEqual([kind.target.revision]);
    await project.query(story.data.write);

    const between = await project.cli(["status", "--json"]);
    expect(between.json()).toMatchObject({
      state: "pending_migrations",
      currentRevisions: [kind.target.revision],
    });
    expectOrder(kind, between.json().pending, rest);

    const last = await project.cli(["run", "--json"]);
    expect(last.exitCode, last.stdout).toBe(0);
    expect(last.json()).toMatchObject({ outcome: "applied", evidence: "report", state: "up_to_date" });
    expect(last.json().applied).toEqual(between.json().pending);
    expect(await kind.history.current(project)).toEqual([head]);
    expect(await project.query(story.data.read)).toEqual(story.data.becomes);

    const after = await project.cli(["status", "--json", "--exit-code"]);
    expect(after.exitCode, after.stdout).toBe(0);
    expect(after.json()).toMatchObject({ state: "up_to_date", pending: [], currentRevisions: [head] });
    const again = await project.cli(["run", "--json"]);
    expect(again.json()).toMatchObject({ outcome: "nothing_to_do", applied: [], exitCode: 0 });
    expect((await project.cli(["runs", "--json"])).json().runs).toMatchObject([
      { state: "succeeded" },
      { state: "succeeded" },
    ]);
  });

  test("tables without history → fix-history → run", { timeout }, async () => {
    await using project = await made(kind);
    const schema = await project.cli(["run", "--target-revision", kind.lostAt, "--json"]);
    expect(schema.exitCode, schema.stdout).toBe(0);
    await project.query(`DROP TABLE ${kind.history.table}`);

    const lost = await project.cli(["status", "--json"]);
    expect(lost.json()).toMatchObject({ state: "tables_without_migration_history", currentRevisions: [] });
    const refused = await project.cli(["run", "--json"]);
    expect(refused.exitCode, refused.stdout).toBe(4);
    expect(refused.json()).toMatchObject({ applied: [], error: { code: "history_missing" } });

    const repaired = await project.cli(["fix-history", "--json"]);
    expect(repaired.exitCode, repaired.stdout).toBe(0);
    expect(repaired.json()).toMatchObject({ outcome: "repaired", state: "pending_migrations" });
    expect(await kind.history.current(project)).toEqual([kind.lostAt]);

    const rest = await project.cli(["run", "--json"]);
    expect(rest.exitCode, rest.stdout).toBe(0);
    expect(rest.json()).toMatchObject({ outcome: "applied", state: "up_to_date" });
    expect(await kind.history.current(project)).toEqual([head]);
  });

  test("run --fix-history tells what it recorded, and its dry-run promises nothing that it cannot know", {
    timeout,
  }, async () => {
    await using project = await made(kind);
    const { lostAt, history } = kind;
    expect((await project.cli(["run", "--target-revision", lostAt])).exitCode).toBe(0);
    await project.query(`DROP TABLE ${history.table}`);

    const dry = await project.cli(["run", "--fix-history", "--dry-run", "--json"]);
    expect(dry.exitCode, dry.stdout).toBe(0);
    expect(dry.json()).toMatchObject({ outcome: "planned", planKnown: false, recorded: [], applied: [] });
    const told = (await project.cli(["run", "--fix-history", "--dry-run"])).stdout.replace(/\s+/g, " ");
    expect(told).toContain("History would be repaired first");
    expect(told).toContain("migrate-remote run --stage local --fix-history");
    expect(told).not.toContain("would be applied");
    const written = await project.cli(["run", "--fix-history", "--dry-run", "--out", "plan.json"]);
    expect(written.exitCode).toBe(2);
    expect(written.stderr).toContain("migrate-remote fix-history --stage local");

    const end = await project.cli(["run", "--fix-history", "--target-revision", lostAt]);
    expect(end.exitCode, end.stdout).toBe(0);
    const count = upTo(kind, lostAt).length;
    expect(end.stdout).toMatch(/✓ History repaired/);
    expect(end.stdout.match(/^ {2}✓ \S+ {2,}recorded\b/gm)).toHaveLength(count);
    expect(end.stdout).toContain(`${count} recorded, 0 removed`);
    expect(end.stdout).not.toContain("nothing was written");
    expect(await history.current(project)).toEqual([lostAt]);

    await project.query(`DROP TABLE ${history.table}`);
    const rest = await project.cli(["run", "--fix-history", "--json"]);
    expect(rest.exitCode, rest.stdout).toBe(0);
    expect(rest.json()).toMatchObject({ outcome: "applied", planKnown: false, state: "up_to_date" });
    expectOrder(kind, rest.json().recorded, upTo(kind, lostAt));
    expect([...rest.json().recorded, ...rest.json().applied].sort()).toEqual([...kind.revisions].sort());
  });

  test("failure in the middle → the report equals the database → repair → run", { timeout }, async () => {
    const { broken, repaired, failed, after, leaves, error } = story.failure;
    await using project = await made(kind, broken);
    const end = await project.cli(["run", "--json"]);
    expect(end.exitCode, end.stdout).toBe(4);
    expect(end.json()).toMatchObject({
      outcome: "failed",
      state: kind.keepsFailures ? "inconsistent" : "pending_migrations",
      currentRevisions: [head],
      error: { code: "migration_failed", revision: failed, ...error },
    });
    expectOrder(kind, end.json().applied, kind.revisions);
    expect(statuses(end.json().migrations)).toMatchObject({ [failed]: "failed", [after]: "not_executed" });
    expect(await kind.history.current(project)).toEqual([head]);
    expect(await tables(project)).not.toContain(leaves);
    expect((await project.cli(["status", "--json"])).json()).toMatchObject({ pending: [failed, after] });

    await project.write(repaired);
    if (kind.keepsFailures) await repairHistory(project, failed);
    const again = await project.cli(["run", "--json"]);
    expect(again.exitCode, again.stdout).toBe(0);
    expect(again.json()).toMatchObject({ outcome: "applied", applied: [failed, after], state: "up_to_date" });
    expect(await tables(project)).toContain(leaves);
    expect(await kind.history.current(project)).toEqual([after]);
  });
}

/** The run is refused as long as history says that a migration failed. */
async function repairHistory(project: Project, failed: string): Promise<void> {
  const refused = await project.cli(["run", "--json"]);
  expect(refused.exitCode, refused.stdout).toBe(4);
  expect(refused.json()).toMatchObject({
    applied: [],
    error: { code: "inconsistent_history", revision: failed },
  });
  const status = await project.cli(["status"]);
  expect(status.stdout).toContain("A migration failed, and history does not say what stands of it");
  const repair = await project.cli(["fix-history", "--json"]);
  expect(repair.exitCode, repair.stdout).toBe(0);
  expect(repair.json()).toMatchObject({ outcome: "repaired", removed: [failed], recorded: [] });
}

async function made(kind: ProjectKind, files?: Record<string, string>) {
  const project = await kind.make(files);
  return { ...project, [Symbol.asyncDispose]: project.dispose };
}

/** Without parents of its own each revision comes after the one before. */
function parentsOf({ revisions, parents }: ProjectKind): Record<string, string[]> {
  return (
    parents ?? Object.fromEntries(revisions.map((name, index) => [name, revisions.slice(index - 1, index)]))
  );
}

function upTo(kind: ProjectKind, target: string): string[] {
  const parents = parentsOf(kind);
  const needed = new Set<string>([target]);
  for (const revision of needed) for (const parent of parents[revision] ?? []) needed.add(parent);
  return kind.revisions.filter((revision) => needed.has(revision));
}

/** The same revisions, each behind those that it needs. */
function expectOrder(kind: ProjectKind, actual: string[], expected: string[]): void {
  expect([...actual].sort()).toEqual([...expected].sort());
  const parents = parentsOf(kind);
  for (const [index, revision] of actual.entries())
    for (const parent of parents[revision] ?? [])
      expect(actual.indexOf(parent), `${parent} before ${revision}`).toBeLessThan(index);
}

function statuses(migrations: { revision: string; status: string }[]): Record<string, string> {
  return Object.fromEntries(migrations.map(({ revision, status }) => [revision, status]));
}

async function tables(project: Project): Promise<unknown[]> {
  const rows = await project.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  return rows.map(({ tablename }) => tablename);
}
