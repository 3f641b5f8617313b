import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { drawScreen, type Screen } from "./screen.js";
import { waitUntil } from "./wait-until.js";

export interface Terminal {
  /** Resolves when this text stands on the screen. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  screen(): Screen;
  /** What stands there, as one text. */
  text(): string;
  end: Promise<TerminalEnd>;
  /** For a test that fails: nothing stays behind. */
  close(): void;
}

export interface TerminalEnd {
  /** A signal's is its number, negative. */
  code: number;
  /** Raw mode is off again, echo on. */
  restored: boolean;
}

export const ctrlC = "\u0003";
/** The key, as a terminal sends it. */
export const enter = "\r";

const driver = fileURLToPath(new URL("./terminal.py", import.meta.url));
const columns = 80;

/** A program in a real pseudo-terminal, 80 columns wide. Needs Python. */
export function openTerminal(
  program: string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Terminal {
  const child = spawn("python3", [driver, String(columns), "200", ...program], {
    cwd,
    env: { TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
  });
  let written = "";
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  child.stdin.on("error", () => {});
  const screen = () => drawScreen(written, columns);
  const text = () =>
    screen()
      .lines.map((line) => line.text)
      .join("\n");
  const end = once(child, "close").then(([code]) => {
    if (code !== 0) throw new Error(`the terminal's driver ended with ${code}:\n${told}`);
    return JSON.parse(told.trim().split("\n").at(-1) ?? "") as TerminalEnd;
  });
  // A test that waits for what never comes has its own error.
  end.catch(() => {});
  return {
    shows: async (wanted) => {
      try {
        await waitUntil(() => text().includes(wanted) || child.exitCode !== null);
      } catch {}
      if (!text().includes(wanted))
        throw new Error(`${JSON.stringify(wanted)} is not on the screen:\n${text()}`);
    },
    type: (typed) => void child.stdin.write(typed),
    screen,
    text,
    end,
    close: () => child.stdin.end(),
  };
}
