import { afterAll, beforeAll, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";

/** Our handler, told by a wrapper to treat the dry-run of a repair as another version of it would. */
const wrapped = (name: string, body: string) => ({
  [`${name}.mjs`]: `import { handler as ours } from "./handler.mjs";
export async function handler(event, context) {
  if (event?.admin_operation === "fix_history" && event.parameters?.dry_run) { ${body} }
  return ours(event, context);
}
`,
});

let project: Project;
beforeAll(async () => {
  const stage = (handler: string) => ({ local: { ...localStage.local, handler, database: "embedded" } });
  project = await makeProject({
    config: { stages: { local: localStage, older: stage("older.handler"), broken: stage("broken.handler") } },
    migrations: {
      "1_a.sql": "CREATE TABLE a ();",
      "2_b.sql": "CREATE TABLE b ();",
      "3_c.sql": "CREATE TABLE c ();",
    },
    files: {
      // Before there was a dry-run of a repair the parameter meant nothing.
      ...wrapped("older", "delete event.parameters.dry_run;"),
      ...wrapped("broken", 'throw new Error("out of order");'),
    },
  });
  for (const name of ["older", "broken"])
    expect((await project.cli(["run", "--stage", name])).exitCode).toBe(0);
});
afterAll(() => project.dispose());

test("an older handler is never taken for one that tells: that nothing is known is said, and it repairs all the same", async () => {
  const end = await project.cli(["fix-history", "--stage", "older", "--revision", "1"]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  expect(end.stderr.replace(/\s+/g, " ")).toContain("the function does not say before");
  expect(end.stderr).not.toMatch(/^ {2}[+-] /m);
  expect(end.stdout).toContain("0 recorded, 2 removed");
});

test("a function that cannot say what it would change is not told to change it", async () => {
  const end = await project.cli(["fix-history", "--stage", "broken", "--revision", "1", "--json"]);
  expect(end.exitCode).toBe(1);
  expect(end.json()).toMatchObject({ outcome: "not_started", error: { code: "function_failed" } });
  expect(end.json().runId).toBeUndefined();
  const status = await project.cli(["status", "--stage", "broken", "--json"]);
  expect(status.json()).toMatchObject({ state: "up_to_date", currentRevisions: ["3_c"] });
});
