type Environment = Readonly<Record<string, string | undefined>>;

/** Text that a terminal opens a page for. It takes the columns of the text alone. */
export function hyperlink(text: string, url: string): string {
  return `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
}

const each = /\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

export function withoutHyperlinks(text: string): string {
  return text.includes("\u001b]8;") ? text.replace(each, "") : text;
}

/**
 * Whether a terminal is known to show hyperlinks; FORCE_HYPERLINK has the last word. There is no way to ask one. A terminal that does
 * not know them mostly shows nothing of them, but some print the address.
 */
export function showsHyperlinks(env: Environment): boolean {
  const { FORCE_HYPERLINK: forced, TERM = "", TERM_PROGRAM = "", VTE_VERSION, TMUX, STY } = env;
  if (forced !== undefined && forced !== "") return !["0", "false"].includes(forced);
  if (TERM === "dumb" || STY !== undefined || TERM.startsWith("screen")) return false;
  // It passes them on since 3.4, and tells its version as a program does.
  if (TMUX !== undefined || TERM_PROGRAM === "tmux")
    return TERM_PROGRAM === "tmux" && isSince(env.TERM_PROGRAM_VERSION, 3, 4);
  if (env.WT_SESSION !== undefined || env.KONSOLE_VERSION !== undefined) return true;
  const since = programs.get(TERM_PROGRAM);
  if (since !== undefined) return isSince(env.TERM_PROGRAM_VERSION, ...since);
  // 0.50.0 crashes.
  if (VTE_VERSION !== undefined) return Number(VTE_VERSION) > 5000;
  return terms.has(TERM);
}

/** Programs that name themselves, and since which version. */
const programs = new Map<string, [major: number, minor: number]>([
  ["iTerm.app", [3, 1]],
  ["WezTerm", [20200620, 0]],
  ["vscode", [1, 72]],
  ["ghostty", [0, 0]],
  ["zed", [0, 0]],
  ["WarpTerminal", [0, 0]],
]);

const terms = new Set(["alacritty", "xterm-kitty", "xterm-ghostty", "foot", "foot-extra"]);

function isSince(version: string | undefined, major: number, minor: number): boolean {
  const [, first = "0", second = "0"] = /^v?(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
