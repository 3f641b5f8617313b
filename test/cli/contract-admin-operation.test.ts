import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AwsLogs, awsLogs } from "../support/aws-logs.js";
import { lambdaFiles } from "../support/lambdas.js";
import { makeProject, type Project } from "../support/project.js";
import { hasPython } from "../support/python.js";

const revisions = ["1f0a9c6e2b34", "3c58f1a0d97e", "7d1e4b92c0a5", "b60f8d2ae713"] as const;
const [first, second, third, head] = revisions;
const lambda = { handler: "lambda/lambda_handler.handler", database: "embedded", timeout: 60 };

function open(stages: Record<string, object> = { dev: { local: lambda } }): Promise<Project> {
  return makeProject({
    files: lambdaFiles("admin-operation-001"),
    config: { contract: "admin-operation", stages },
  });
}

describe.skipIf(!hasPython("alembic", "sqlalchemy", "psycopg2"))(
  "the Lambda of document 001, unchanged",
  () => {
    describe("from an empty database to head", () => {
      let project: Project;
      beforeAll(async () => {
        project = await open();
      });
      afterAll(() => project.dispose());

      // One story in order: each step starts from what the one before it left.
      test("status → dry-run → run to a target → run to head → status", async () => {
        const fresh = await project.cli(["status", "--json"]);
        expect(fresh.exitCode, fresh.stdout + fresh.stderr).toBe(0);
        expect(fresh.json()).toMatchObject({ state: "empty", pending: revisions, headRevisions: [head] });

        const planned = await project.cli(["run", "--dry-run", "--json"]);
        expect(planned.json()).toMatchObject({ outcome: "planned", planned: revisions, planKnown: true });
        expect(await project.query("SELECT to_regclass('users') AS users")).toEqual([{ users: null }]);

        const part = await project.cli(["run", "--target-revision", second, "--json"]);
        expect(part.exitCode, part.stdout + part.stderr).toBe(0);
        expect(part.json()).toMatchObject({
          outcome: "applied",
          evidence: "status",
          applied: [first, second],
          currentRevisions: [second],
          state: "pending_migrations",
        });

        const rest = await project.cli(["run"]);
        expect(rest.exitCode, rest.stdout + rest.stderr).toBe(0);
        expect(rest.stdout).toMatch(
          /Applied 2 migrations to dev in .+; the\s+database\s+is\s+at\s+b60f8d2ae713/,
        );
        expect(rest.stdout.replace(/\s+/g, " ")).toContain("(verified by status)");
        expect(rest.stderr).toContain("INFO - Migration state: pending_migrations");
        expect(rest.stderr).toContain("INFO - Running 2 pending migrations...");

        expect((await project.cli(["status", "--exit-code"])).exitCode).toBe(0);
        const again = await project.cli(["run", "--json"]);
        expect(again.json()).toMatchObject({ outcome: "nothing_to_do", applied: [] });
        expect(await project.query("SELECT version_num FROM alembic_version")).toEqual([
          { version_num: head },
        ]);
      });
    });

    test("tables without history: run refuses, run --fix-history repairs and shows so, fix-history alone exits 2", async () => {
      const project = await open();
      try {
        expect((await project.cli(["run", "--target-revision", third])).exitCode).toBe(0);
        await project.query("DROP TABLE alembic_version");
        expect((await project.cli(["status", "--json"])).json()).toMatchObject({
          state: "tables_without_migration_history",
        });
        const refused = await project.cli(["run", "--json"]);
        expect(refused.exitCode).toBe(4);
        expect(refused.json().error).toMatchObject({ code: "history_missing" });

        const alone = await project.cli(["fix-history", "--json"]);
        expect(alone.exitCode).toBe(2);
        expect(alone.json().error.hint).toContain("migrate-remote run --fix-history");
        expect(await project.query("SELECT to_regclass('alembic_version') AS history")).toEqual([
          { history: null },
        ]);

        const end = await project.cli(["run", "--fix-history", "--json"]);
        expect(end.exitCode, end.stdout + end.stderr).toBe(0);
        expect(end.stderr).toContain("that is repaired first");
        // What the repair recorded was not executed by this run, and the Lambda does not tell the two apart.
        expect(end.json()).toMatchObject({
          outcome: "succeeded",
          evidence: "status",
          applied: [],
          appliedKnown: false,
          state: "up_to_date",
          currentRevisions: [head],
        });
      } finally {
        await project.dispose();
      }
    });

    test("a failing revision: exit 4, and what stands is what the database says", async () => {
      const project = await open();
      const broken = "lambda/migrations/versions/b60f8d2ae713_add_items_index.py";
      const good = lambdaFiles("admin-operation-001")[broken] ?? "";
      try {
        await project.write({ [broken]: good.replace('["owner_id"]', '["nobody"]') });
        const end = await project.cli(["run", "--json"]);
        expect(end.exitCode, end.stdout + end.stderr).toBe(4);
        // Alembic's one transaction for all revisions: none of the four stands.
        expect(end.json()).toMatchObject({
          outcome: "failed",
          evidence: "status",
          applied: [],
          state: "empty",
          pending: revisions,
          error: { code: "migration_failed" },
        });
        expect(end.json().error.message).toContain("nobody");
        // The plan was asked for just before, and the status afterwards: their lines are not the run's.
        expect(end.stderr).not.toContain("Another invocation");
        expect(end.stderr.match(/Admin operation: run_migrations/g)).toHaveLength(1);
        expect(await project.query("SELECT to_regclass('users') AS users")).toEqual([{ users: null }]);
        await project.write({ [broken]: good });
        expect((await project.cli(["run", "--json"])).json()).toMatchObject({ applied: revisions });
      } finally {
        await project.dispose();
      }
    });

    test("what it cannot do exits 2, and what protects a stage protects this one", async () => {
      const project = await open({ live: { local: lambda, protected: true } });
      try {
        for (const argv of [["run", "--detach"], ["runs"], ["attach", "20261120T104512Z-9f3c1a7e"]]) {
          const end = await project.cli([...argv, "--json"]);
          expect(end.exitCode, end.stdout + end.stderr).toBe(2);
          expect(end.json().error.hint).toContain("contract migrate-remote");
        }
        expect((await project.cli(["run", "--json"])).json().error).toMatchObject({ code: "no_consent" });
        expect((await project.cli(["run", "--confirm", "--json"])).json().error).toMatchObject({
          code: "destructive",
        });
        const end = await project.cli(["run", "--confirm", "--allow-destructive", "--json"]);
        expect(end.exitCode, end.stdout + end.stderr).toBe(0);
        expect(end.json()).toMatchObject({ outcome: "applied", wayBack: { kind: "snapshot" } });
      } finally {
        await project.dispose();
      }
    });
  },
);

describe("an answer that is lost", () => {
  let aws: AwsLogs;
  afterEach(() => aws.close());
  const requestId = "11111111-1111-4111-8111-111111111111";

  /** The function applies its one migration, and its answer never comes. */
  async function open(): Promise<() => number> {
    let executed = 0;
    const applied = () => executed > 0;
    aws = await awsLogs({
      group: "/aws/lambda/f",
      contract: "admin-operation",
      invoke: ({ confirm }) => {
        if (confirm === true) executed += 1;
        const answer = {
          success: true,
          state: applied() ? "up_to_date" : "pending_migrations",
          current_revision: applied() ? "001" : "000",
          head_revision: "001",
          pending_migrations: applied() ? [] : ["001"],
        };
        return confirm === true ? undefined : { requestId, answer };
      },
    });
    return () => executed;
  }

  test("is made up for by the status: applied, executed once, and it is said how that is known", async () => {
    const executed = await open();
    const end = await aws.cli(["run", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.json()).toMatchObject({ outcome: "applied", evidence: "status", applied: ["001"] });
    expect(end.json().warnings.map(({ code }: { code: string }) => code)).toContain("answer_lost");
    expect(executed()).toBe(1);
  });
});
