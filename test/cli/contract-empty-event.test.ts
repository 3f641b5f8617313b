import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AwsLogs, awsLogs } from "../support/aws-logs.js";
import { filesBelow } from "../support/files-below.js";
import { lambdaFiles, replaced } from "../support/lambdas.js";
import { makeProject, type Project } from "../support/project.js";
import { hasPython } from "../support/python.js";
import { repositories } from "../support/repository.js";
import { runCli } from "../support/run-cli.js";

const head = "c94b7a1d3e58";
const local = { handler: "lambda/handler.handler", database: "embedded", timeout: 60 };

function open(stage: object = {}): Promise<Project> {
  return makeProject({
    files: lambdaFiles("empty-event-000"),
    config: { contract: "empty-event", stages: { dev: { local, ...stage } } },
  });
}

const repository = repositories();

const history = (project: Project) =>
  project.query("SELECT version_num FROM alembic_version").catch(() => "no table");

async function snapshotsOf(project: Project) {
  return (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
}

test.each([[["status"]], [["run", "--dry-run"]], [["fix-history"]], [["runs"]]])(
  "%s is refused before a database is started for it",
  async (argv) => {
    const cwd = await repository({
      ".migraterc.json": JSON.stringify({
        project: "shop",
        contract: "empty-event",
        stages: { dev: { local } },
      }),
    });
    const end = await runCli(argv, { cwd });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("Nothing was sent.");
    expect(Object.keys(filesBelow(cwd))).toEqual([".migraterc.json"]);
  },
);

describe.skipIf(!hasPython("alembic", "sqlalchemy"))("the Lambda of document 000, unchanged", () => {
  describe("on a stage that is not protected", () => {
    let project: Project;
    beforeAll(async () => {
      project = await open();
    });
    afterAll(() => project.dispose());

    test.each([
      [["status"]],
      [["status", "--all", "--exit-code"]],
      [["run", "--dry-run"]],
      [["run", "--target-revision", head]],
      [["run", "--fix-history"]],
      [["run", "--detach"]],
      [["fix-history"]],
      [["runs"]],
      [["attach", "20261120T104512Z-9f3c1a7e"]],
    ])("%s exits 2 with the way to get it, and nothing is sent 'to see'", async (argv) => {
      const end = await project.cli([...argv, "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(2);
      expect(end.stdout).toContain("Nothing was sent.");
      expect(end.stdout).toContain("contract migrate-remote");
      expect(await history(project)).toBe("no table");
    });

    test("run: plan unknown, a snapshot all the same, migrated once, and no word of what it cannot know", async () => {
      expect(await snapshotsOf(project)).toEqual([]);
      const end = await project.cli(["run", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect(end.stderr).toContain("Plan unknown: contract empty-event has no dry-run.");
      expect(end.stderr).toContain("cannot be verified");
      expect(end.stderr).toContain("Running upgrade 8e21d4f6a0b9 -> c94b7a1d3e58");
      expect(end.json()).toMatchObject({
        outcome: "succeeded",
        planKnown: false,
        appliedKnown: false,
        planned: [],
        applied: [],
        wayBack: { kind: "snapshot" },
        logs: { ended: true },
      });
      expect(end.json().warnings.map(({ code }: { code: string }) => code)).toEqual(
        expect.arrayContaining(["plan_unknown", "no_ledger"]),
      );
      expect(await history(project)).toEqual([{ version_num: head }]);
      expect(await snapshotsOf(project)).toHaveLength(1);

      const again = await project.cli(["run"]);
      expect(again.exitCode, again.stdout + again.stderr).toBe(0);
      expect(again.stdout.replace(/\s+/g, " ")).toMatch(
        /Succeeded, says the function of dev, in .+\. Which migrations it applied, if any, it does not say\./,
      );
    });

    test("logs and snapshot work as with any contract", async () => {
      expect((await project.cli(["logs"])).stdout).toContain("Migrations done.");
      const end = await project.cli(["snapshot", "create", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    });
  });

  test("a failing migration: exit 4, with the function's own words and the way back", async () => {
    const project = await open();
    const files = lambdaFiles("empty-event-000");
    const broken = "lambda/alembic/versions/c94b7a1d3e58_add_description_to_items.py";
    try {
      await project.write(replaced(files, broken, '"items"', '"nothing"'));
      const end = await project.cli(["run", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(4);
      expect(end.stderr).toContain('relation "nothing" does not exist');
      expect(end.json()).toMatchObject({
        outcome: "failed",
        appliedKnown: false,
        error: { code: "function_failed" },
        wayBack: {
          kind: "snapshot",
          restoreCommand: expect.stringContaining("migrate-remote snapshot restore"),
        },
      });
      expect(end.json().error.message).toContain("CalledProcessError");
      const text = (await project.cli(["run"])).stdout.replace(/\s+/g, " ");
      expect(text).toContain("Failed; what was applied before that is not known");
    } finally {
      await project.dispose();
    }
  });

  describe("on a protected stage", () => {
    let project: Project;
    beforeAll(async () => {
      project = await open({ protected: true, confirmPhrase: "go ahead" });
    });
    afterAll(() => project.dispose());

    test.each([
      [
        "with --confirm",
        ["run", "--confirm"],
        "plan_unknown",
        /migrate-remote run --stage dev --without-plan/,
      ],
      [
        "with --allow-destructive",
        ["run", "--confirm", "--allow-destructive"],
        "plan_unknown",
        /--without-plan/,
      ],
      ["without consent", ["run", "--without-plan"], "no_consent", /--confirm/],
      ["with a wrong phrase", ["run", "--without-plan", "--confirm=go"], "wrong_phrase", /go ahead/],
    ])("%s nothing runs", async (_, argv, code, hint) => {
      const end = await project.cli([...argv, "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(5);
      expect(end.json().error).toMatchObject({ code, hint: expect.stringMatching(hint) });
      expect(await history(project)).toBe("no table");
      expect(await snapshotsOf(project)).toEqual([]);
    });

    test("with both it runs, behind a snapshot", async () => {
      const end = await project.cli(["run", "--without-plan", "--confirm", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect(end.json()).toMatchObject({ outcome: "succeeded", wayBack: { kind: "snapshot" } });
      expect(await history(project)).toEqual([{ version_num: head }]);
    });

    test("somebody's reason does instead of a snapshot", async () => {
      const why = "restored this morning";
      const end = await project.cli([
        ...["run", "--without-plan", "--confirm", "--skip-snapshot", "--reason", why, "--json"],
      ]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect(end.json().wayBack).toEqual({ kind: "skipped", reason: why });
    });
  });

  test("a reason in the file does too; without one a stage that asks for no snapshot has one taken", async () => {
    const project = await open({ snapshot: { none: "rebuilt every night" } });
    try {
      const end = await project.cli(["run", "--json"]);
      expect(end.json()).toMatchObject({ wayBack: { kind: "none", reason: "rebuilt every night" } });
    } finally {
      await project.dispose();
    }
  });
});

describe("in AWS", () => {
  let aws: AwsLogs;
  afterEach(() => aws.close());
  const requestId = "11111111-1111-4111-8111-111111111111";

  test("an answer that is lost: sent once, exit 7 and what to do; no database to snapshot is said", async () => {
    let executed = 0;
    aws = await awsLogs({
      group: "/aws/lambda/f",
      contract: "empty-event",
      invoke: () => {
        executed += 1;
        return undefined;
      },
    });
    const end = await aws.cli(["run", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(7);
    expect(executed).toBe(1);
    expect(end.json()).toMatchObject({ outcome: "unknown", evidence: "none", appliedKnown: false });
    expect(end.json().error.hint).toContain("migrate-remote logs --stage dev");
    expect(end.json().warnings.map(({ code }: { code: string }) => code)).toContain("no_way_back");
  });

  test("an answer of success:false is a failure, whatever the status around it", async () => {
    aws = await awsLogs({
      group: "/aws/lambda/f",
      contract: "empty-event",
      invoke: () => ({
        requestId,
        answer: { statusCode: 200, body: JSON.stringify({ success: false, error: "P3018" }) },
      }),
    });
    const end = await aws.cli(["run", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(4);
    expect(end.json()).toMatchObject({ outcome: "failed", evidence: "report", appliedKnown: false });
  });
});
