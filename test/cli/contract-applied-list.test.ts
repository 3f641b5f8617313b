import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lambdaFiles, replaced } from "../support/lambdas.js";
import { makeProject, type Project } from "../support/project.js";
import { hasPython } from "../support/python.js";

const versions = ["001_init", "002_add_dispatch_executions", "007_add_confidence", "008_add_options_support"];
const source = "lambda/db_migration_lambda/lambda_function.py";
const files = lambdaFiles("applied-list-003");
/** The file after somebody added these at the end of its map. */
function adding(migrations: Record<string, string>): Record<string, string> {
  const entries = Object.entries(migrations).map(([version, sql]) => `    "${version}": """${sql}""",\n`);
  return replaced(files, source, "\n}\n", `\n${entries.join("")}}\n`);
}

const local = {
  handler: "lambda/db_migration_lambda/lambda_function.lambda_handler",
  queryHandler: "lambda/db_query_lambda/query_function.lambda_handler",
  database: "embedded",
  timeout: 60,
};
const contract = { preset: "applied-list", queryFunction: "ops-pipeline-db-query" };

function open(stage: object = {}, parts: object = {}): Promise<Project> {
  return makeProject({
    files,
    config: {
      project: "ops-pipeline",
      function: "ops-pipeline-db-migration",
      contract,
      stages: { dev: { local, ...stage } },
      ...parts,
    },
  });
}

describe.skipIf(!hasPython("psycopg2"))("the two Lambdas of document 003, unchanged", () => {
  describe("with the query function", () => {
    let project: Project;
    beforeAll(async () => {
      project = await open();
    });
    afterAll(() => project.dispose());

    // One story in order: each step starts from what the one before it left.
    test("run → status → nothing to do → one more", async () => {
      const first = await project.cli(["run", "--json"]);
      expect(first.exitCode, first.stdout + first.stderr).toBe(0);
      expect(first.json()).toMatchObject({
        outcome: "applied",
        evidence: "query",
        planKnown: false,
        appliedKnown: true,
        applied: versions,
        currentRevisions: ["008_add_options_support"],
        wayBack: { kind: "snapshot" },
      });

      const status = await project.cli(["status"]);
      expect(status.exitCode, status.stdout + status.stderr).toBe(0);
      expect(status.stdout).toContain("4 migrations applied, the last 008_add_options_support");
      expect(status.stdout).toContain("what is pending it cannot say");
      expect((await project.cli(["status", "--exit-code"])).exitCode).toBe(2);

      const again = await project.cli(["run", "--json"]);
      expect(again.json()).toMatchObject({ outcome: "nothing_to_do", evidence: "query", applied: [] });

      await project.write(adding({ "009_add_notes": "ALTER TABLE recommendations ADD COLUMN notes TEXT;" }));
      const more = await project.cli(["run"]);
      expect(more.exitCode, more.stdout + more.stderr).toBe(0);
      const text = more.stdout.replace(/\s+/g, " ");
      expect(text).toContain("✓ 009_add_notes applied");
      expect(text).toContain("Applied 1 migration to dev in");
      expect(text).toContain("(verified by query)");
      expect(text).not.toContain("001_init");
    });

    test("a failure in the middle: exit 4, and what stands is what the rows say", async () => {
      await project.write(
        adding({
          "009_add_notes": "ALTER TABLE recommendations ADD COLUMN notes TEXT;",
          "010_views": "CREATE VIEW tickers AS SELECT DISTINCT ticker FROM recommendations;",
          "011_wrong": "ALTER TABLE nowhere ADD COLUMN x INT;",
          "012_never": "CREATE TABLE never (id INT);",
        }),
      );
      const end = await project.cli(["run", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(4);
      // The function itself says no more than what went wrong.
      expect(end.json()).toMatchObject({
        outcome: "failed",
        evidence: "query",
        applied: ["010_views"],
        currentRevisions: ["010_views"],
        error: { code: "migration_failed" },
      });
      expect(end.json().error.message).toContain("nowhere");
      expect(await project.query("SELECT max(version) AS last FROM schema_migrations")).toEqual([
        { last: "010_views" },
      ]);
    });

    test.each([
      [["run", "--dry-run"]],
      [["run", "--target-revision", "008"]],
      [["run", "--fix-history"]],
      [["fix-history"]],
      [["runs"]],
    ])("%s exits 2", async (argv) => {
      const end = await project.cli([...argv, "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(2);
      expect(end.json().error.message).toContain("Nothing was sent.");
    });
  });

  test("a function that lists what it did not apply is not believed: exit 7", async () => {
    const project = await open();
    try {
      await project.write(
        replaced(files, source, "INSERT INTO schema_migrations (version) VALUES (%s)", "SELECT %s"),
      );
      const end = await project.cli(["run", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(7);
      expect(end.json()).toMatchObject({ outcome: "unknown", error: { code: "not_verified" } });
      expect(end.json().error.message).toContain("001_init");
    } finally {
      await project.dispose();
    }
  });

  test("without a query function: its own word, no status, and both halves of the configuration must agree", async () => {
    const { queryHandler: _, ...alone } = local;
    const project = await open(
      { local: alone },
      {
        contract: "applied-list",
        stages: { dev: { local: alone }, odd: { local }, half: { local: alone, contract } },
      },
    );
    try {
      const status = await project.cli(["status", "--stage", "dev", "--json"]);
      expect(status.exitCode).toBe(2);
      expect(status.json().error.hint).toContain("queryFunction");
      const end = await project.cli(["run", "--stage", "dev", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect(end.json()).toMatchObject({ outcome: "applied", evidence: "report", applied: versions });
      for (const stage of ["odd", "half"]) {
        const wrong = await project.cli(["status", "--stage", stage, "--json"]);
        expect(wrong.exitCode, wrong.stdout + wrong.stderr).toBe(2);
        expect(wrong.json().error.message).toContain("local.queryHandler");
      }
    } finally {
      await project.dispose();
    }
  });
});
