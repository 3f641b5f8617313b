import { Failure } from "../contract/failure.js";
import { runIdPattern, runIdTime } from "../contract/run-id.js";

/** When a run id was made; a text that is none is the caller's mistake. */
export function timeOfRun(runId: string): Date {
  const time = runIdPattern.test(runId) ? runIdTime(runId) : undefined;
  if (time !== undefined) return time;
  throw new Failure("usage", `${JSON.stringify(runId.slice(0, 100))} is not a run id.`, {
    category: "usage",
    hint: "A run id looks like 20261120T104512Z-9f3c1a7e; `migrate-remote runs` lists them.",
  });
}
