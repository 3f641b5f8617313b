import { Chalk, type ChalkInstance } from "chalk";
import { hyperlink, showsHyperlinks } from "./hyperlink.js";

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
  /** How addresses of the console are told. */
  links: LinkStyle;
}

/** Behind the words that they belong to; on lines of their own, where no terminal opens them; or not at all, in pipes and files. */
export type LinkStyle = "behind" | "written" | "untold";

export interface StyleOptions {
  /** The log of a pipeline. */
  isPipeline?: boolean;
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
    links: linkStyle(options),
  };
}

function linkStyle({ isPipeline = false, isTerminal, env }: StyleOptions): LinkStyle {
  if (isPipeline) return "written";
  return isTerminal && showsHyperlinks(env) ? "behind" : "untold";
}

/** The words, and behind them the page where a terminal can open it. Words that may be broken are linked piece by piece. */
export function linked(text: string, url: string | undefined, { links }: Pick<Style, "links">): string {
  return url === undefined || links !== "behind" ? text : hyperlink(text, url);
}

/** --no-color, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
function hasColor({ color, isTerminal, env }: StyleOptions): boolean {
  if (!color || (env.NO_COLOR !== undefined && env.NO_COLOR !== "")) return false;
  if (env.FORCE_COLOR !== undefined) return !["0", "false"].includes(env.FORCE_COLOR);
  return isTerminal && env.TERM !== "dumb";
}
