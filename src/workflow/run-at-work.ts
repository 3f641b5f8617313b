import type { Problem } from "../contract/report.js";
import type { ResultError } from "./results.js";

/** That somebody is at work in the database, as a read tells it. */
export function runAtWork(problems: readonly Problem[]): Problem | undefined {
  return problems.find(({ code }) => code === "run_at_work");
}

/** What the far side would answer to a write now. Known before anybody is asked for consent and a snapshot is made for nothing. */
export function lockedOut({ message, lock }: Problem, stage: string): ResultError {
  return {
    code: "locked",
    message: `${message} Nothing was done.`,
    hint: `Wait for it to end: migrate-remote run --stage ${stage} --wait-lock 10m. Or ask what it did: migrate-remote runs --stage ${stage}`,
    ...(lock === undefined ? {} : { lock }),
  };
}
