import { expect, test } from "vitest";
import type { StageContext } from "../../src/workflow/stage-context.js";
import { judgeExecution } from "../../src/workflow/verdict.js";

test("a run whose end nobody knows is named in the command that asks again", async () => {
  const runId = "20261120T104512Z-9f3c1a7e";
  const context = { target: { stage: "prod" } } as StageContext;
  const judged = await judgeExecution({ runId, verdict: "unknown" }, context, async () => undefined);
  expect(judged.outcome).toBe("unknown");
  expect(judged.error?.hint).toContain(`migrate-remote attach ${runId} --stage prod`);
});
