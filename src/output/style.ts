import { Chalk, type ChalkInstance } from "chalk";

/** How text may look on one stream. Only the sixteen colours of the terminal's own palette, so that light and dark both work. */
export interface Style {
  good: ChalkInstance;
  bad: ChalkInstance;
  caution: ChalkInstance;
  strong: ChalkInstance;
  dim: ChalkInstance;
  columns: number;
  /** Somebody reads it on a screen; elsewhere a line may be as long as it is, for `grep` and for files. */
  isTerminal: boolean;
  /** Everything is shown: long lists whole, stacks of errors. */
  verbose: boolean;
}

export interface StyleOptions {
  verbose: boolean;
  /** `--no-color` gives false. */
  color: boolean;
  isTerminal: boolean;
  columns: number | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

export function makeStyle(options: StyleOptions): Style {
  const chalk = new Chalk({ level: hasColor(options) ? 1 : 0 });
  return {
    good: chalk.green,
    bad: chalk.red,
    caution: chalk.yellow,
    strong: chalk.bold,
    dim: chalk.dim,
    columns: options.isTerminal ? Math.max(options.columns ?? 80, 40) : 120,
    isTerminal: options.isTerminal,
    verbose: options.verbose,
  };
}

/** --no-color, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
function hasColor({ color, isTerminal, env }: StyleOptions): boolean {
  if (!color || (env.NO_COLOR !== undefined && env.NO_COLOR !== "")) return false;
  if (env.FORCE_COLOR !== undefined) return !["0", "false"].includes(env.FORCE_COLOR);
  return isTerminal && env.TERM !== "dumb";
}
