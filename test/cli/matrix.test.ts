import { afterAll, describe, expect, test } from "vitest";
import type { Project } from "../support/project.js";
import {
  alembic,
  flaskMigrate,
  type ProjectKind,
  prisma,
  sqlFiles,
  sqlMap,
} from "../support/project-kinds.js";
import { type Columns, readTable, writeTable } from "../support/readme-table.js";

/**
 * The README's table of operations and engines is what was seen here: each operation is asked of each engine, through the front door, on the
 * real project of `test/fixtures/projects`. UPDATE_README=1 writes it.
 */
const kinds: Record<string, ProjectKind> = {
  "SQL files": sqlFiles,
  "SQL map": sqlMap,
  Prisma: prisma,
  Alembic: alembic,
  "Flask-Migrate": flaskMigrate,
};

type Try = (project: Project, kind: ProjectKind) => Promise<boolean>;

/** In this order on one database: each says whether what it asks for was seen to happen. */
const operations: Record<string, Try> = {
  "`status`": async (project, { engine }) => {
    const { exitCode, json } = await project.cli(["status", "--json"]);
    return (
      exitCode === 0 && json().state === "empty" && json().engine === engine && json().pending.length > 7
    );
  },
  "`run --dry-run`": async (project) => {
    const { exitCode, json } = await project.cli(["run", "--dry-run", "--json"]);
    const { outcome, migrations } = json();
    return exitCode === 0 && outcome === "planned" && /CREATE TABLE/.test(migrations[0].sql);
  },
  "`run --target-revision`": async (project, { target, history }) => {
    const { exitCode } = await project.cli(["run", "--target-revision", target.asked]);
    return exitCode === 0 && isAt(await history.current(project), target.revision);
  },
  "`run`": async (project, { revisions, history }) => {
    const { exitCode, json } = await project.cli(["run", "--json"]);
    return (
      exitCode === 0 &&
      json().outcome === "applied" &&
      isAt(await history.current(project), revisions.at(-1) ?? "")
    );
  },
  "`fix-history`: finds the revision": async (project, { revisions, history }) => {
    await project.query(`DROP TABLE ${history.table}`);
    const { exitCode } = await project.cli(["fix-history"]);
    return exitCode === 0 && isAt(await history.current(project), revisions.at(-1) ?? "");
  },
  "`fix-history --revision`": async (project, { target, history }) => {
    const { exitCode } = await project.cli(["fix-history", "--revision", target.revision]);
    return exitCode === 0 && isAt(await history.current(project), target.revision);
  },
  "`run --fix-history`": async (project, { revisions, history }) => {
    await project.query(`DROP TABLE ${history.table}`);
    const { exitCode, json } = await project.cli(["run", "--fix-history", "--json"]);
    return (
      exitCode === 0 &&
      json().state === "up_to_date" &&
      isAt(await history.current(project), revisions.at(-1) ?? "")
    );
  },
  "`runs`, `attach`": async (project) => {
    const { runs } = (await project.cli(["runs", "--json"])).json();
    const { exitCode, json } = await project.cli(["attach", runs.at(-1).runId, "--json"]);
    return exitCode === 0 && json().outcome === "applied" && json().runId === runs.at(-1).runId;
  },
};

const isAt = (current: string[], revision: string) => current.length === 1 && current[0] === revision;

const seen: Columns = {};

describe.each(Object.entries(kinds))("%s", (name, kind) => {
  test.runIf(kind.isPossible())("does what the README's table says", { timeout: 180_000 }, async () => {
    const project = await kind.make();
    try {
      const column: Record<string, string> = {};
      for (const [operation, attempt] of Object.entries(operations))
        column[operation] = (await attempt(project, kind)) ? "yes" : "no";
      seen[name] = column;
    } finally {
      await project.dispose();
    }
    if (process.env.UPDATE_README === undefined) expect(seen[name]).toEqual(readTable("engines")[name]);
  });
});

afterAll(() => {
  if (process.env.UPDATE_README !== undefined) writeTable("engines", "operation", seen);
});
