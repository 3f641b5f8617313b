import { lockedError } from "../contract/locked.js";
import type { Problem } from "../contract/report.js";
import { hinted } from "./ask.js";
import type { ResultError } from "./results.js";

/** That somebody is at work in the database, as a read tells it. */
export function runAtWork(problems: readonly Problem[]): Problem | undefined {
  return problems.find(({ code }) => code === "run_at_work");
}

/** What the far side would answer to a write now. Known before anybody is asked for consent and a snapshot is made for nothing. */
export function lockedOut({ message, lock }: Problem, stage: string): ResultError {
  return hinted(lockedError(message, lock), stage);
}
