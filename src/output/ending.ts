import type { CommandResult, MigrationView, ResultError } from "../workflow/results.js";
import type { ConsoleLinks } from "./console-links.js";
import type { Given } from "./recommend.js";

/** How a command line ended, for whoever tells it to a pipeline's server. */
export interface Ending {
  /** `snapshot prune`; absent where the command line named none. */
  command?: string | undefined;
  stage?: string | undefined;
  /** What it came to; absent where an error was its end. */
  result?: CommandResult;
  error?: ResultError;
  /** The plan that was shown last, with its SQL. */
  plan?: MigrationView[] | undefined;
  warnings: { code: string; message: string }[];
  links: ConsoleLinks;
  /** What recommended commands go on with: `completeCommands`. */
  given: Given;
  exitCode: number;
  /** What that means, in a word or two. */
  exitMeans: string;
  /** Of the whole command, milliseconds. */
  durationMs: number;
}
