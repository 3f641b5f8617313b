import { expect, test } from "vitest";
import type { StageContext } from "../../src/workflow/stage-context.js";
import { judgeExecution } from "../../src/workflow/verdict.js";

const context = { target: { stage: "prod" } } as StageContext;

test("a run of which nothing could be learned names the command that will, as it is typed", async () => {
  const runId = "20261120T104512Z-9f3c1a7e";
  const judged = await judgeExecution({ verdict: "unknown" }, runId, context, async () => undefined);
  expect(judged).toMatchObject({ outcome: "unknown", appliedKnown: false });
  expect(judged.error?.hint).toContain(`migrate-remote attach ${runId} --stage prod`);
});
