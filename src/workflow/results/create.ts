import type { LintFinding } from "../../contract/lint-rules.js";
import type { ProjectEngine } from "../../project/project.js";

export interface CreateResult {
  command: "create";
  engine: ProjectEngine;
  message: string;
  /** `nothing_to_do`: the tool found no difference to write down. */
  outcome: "created" | "nothing_to_do";
  /** What was run, word by word; absent where the file was written by us. */
  ran?: string[];
  /** Revisions that are new, usually one. */
  revisions: string[];
  /** Their files, relative to the working directory. */
  files: string[];
  /** What `lint` says of them. */
  findings: LintFinding[];
  /** A stage that runs on this machine, to try them on. */
  localStage?: string;
  /** The working directory as seen from the top of the repository; empty where it is that. */
  folder: string;
}
