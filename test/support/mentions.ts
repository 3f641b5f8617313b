/** Where a page names commands of ours, and flags of anybody's. */
export interface Mentions {
  /** Command lines to type, without the program's name, placeholders as they stand. */
  lines: string[];
  /** `run --dry-run`: a command and flags of it, perhaps without what they take. */
  names: string[];
  /** Every `--flag`, in prose, tables and code. */
  flags: string[];
}

/** Behind a `#` is a comment, behind a `>` a file; a printed line goes on behind three spaces or a full stop. */
const commandLine = /(?<! # [^\n]*)(?<![\w/=-])migrate-remote +((?:--)?[a-z](?:(?! {3}|\. | >)[^`#\n])*)/g;

/** Reads a page of Markdown. `commands` are the names that a mention in prose may begin with. */
export function mentionsIn(markdown: string, commands: readonly string[]): Mentions {
  // How a command is to be used, with brackets, is not a line to type.
  const page = markdown.replace(/^```text\n[\s\S]*?^```$/gm, "");
  const prose = page.replace(/^```[\s\S]*?^```$/gm, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  const lines = [...page.matchAll(commandLine)]
    .filter(({ index }) => inCode(page, index))
    .map(([, line = ""]) => line.trimEnd());
  return {
    lines,
    names: spans.filter((span) => commands.includes(span.split(" ")[0] ?? "")),
    flags: [...markdown.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag),
  };
}

/** Whether an odd number of backticks stands before it in its line, or of fences in the page. */
function inCode(markdown: string, index: number): boolean {
  const before = markdown.slice(0, index);
  const fences = before.match(/^```/gm)?.length ?? 0;
  const ticks = before.slice(before.lastIndexOf("\n") + 1).match(/`/g)?.length ?? 0;
  return fences % 2 === 1 || ticks % 2 === 1;
}

/** As a shell takes it apart, as far as pages need it. */
export function words(line: string): string[] {
  return (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/["']/g, ""));
}
