import type { LintFinding } from "../../contract/lint-rules.js";
import type { ProjectEngine } from "../../project/project.js";

export interface LintResult {
  command: "lint";
  /** What was looked at, set by set. */
  projects: LintedProject[];
  /** In the order of the migrations; files relative to the working directory. */
  findings: LintFinding[];
  /** How many more there were that the configuration or a comment allows. */
  silenced: number;
  /** Warnings count as errors. */
  strict: boolean;
  /** Up, down and up again was tried. */
  roundTrip: boolean;
  /** The working directory as seen from the top of the repository; empty where it is that. */
  folder: string;
}

export interface LintedProject {
  engine: ProjectEngine;
  /** The folder of its migrations, relative to the working directory. */
  migrations: string;
  /** Which were looked at: those that the base branch does not have, those named, those behind one, or all. */
  looked: "new" | "named" | "since" | "all";
  /** What `new` is against, such as `origin/main`. */
  base?: string;
  /** Revisions that were looked at, each behind those that it needs. */
  revisions: string[];
  /** Of those, what may go down again, and so on a round trip. */
  reversible: string[];
  /** Of those, what went up, down and up again to the same schema. Absent where it was not tried. */
  roundTrips?: string[];
  /** How many there are altogether. */
  total: number;
}

/** True where the command is to end with 1. */
export function hasLintErrors({ findings, strict }: Pick<LintResult, "findings" | "strict">): boolean {
  return findings.some(({ level }) => level === "error" || (strict && level === "warning"));
}
