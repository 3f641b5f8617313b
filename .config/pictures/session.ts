// A command as somebody runs it: the built program in a terminal 80 columns wide.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import xterm from "@xterm/headless";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = `${root}bin/migrate-remote.js`;
const pseudoTerminal = `${root}test/support/terminal.py`;

export const columns = 80;
const rows = 120;

/** One character, and how it looks. */
export interface Cell {
  text: string;
  /** `bold dim green`: class names of the picture, in this order. */
  look: string;
}

/** What the command leaves on the screen, without what stands empty below. Needs Python for the pseudo-terminal. */
export async function screenAfter(argv: string[], cwd: string): Promise<Cell[][]> {
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: cwd,
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    // A screen of somebody's own: no pipeline, no links.
    FORCE_HYPERLINK: "0",
  };
  const child = promisify(execFile)(
    "python3",
    [pseudoTerminal, String(columns), String(rows), process.execPath, bin, ...argv],
    { cwd, env, encoding: "utf8", maxBuffer: 10_000_000 },
  );
  const { stdout } = await child;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(stdout, resolve));
  const lines = cellsOf(terminal);
  terminal.dispose();
  return lines;
}

function cellsOf(terminal: InstanceType<typeof xterm.Terminal>): Cell[][] {
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = buffer.getLine(row);
    const cells = Array.from({ length: columns }, (_, column): Cell => {
      const cell = line?.getCell(column);
      return { text: cell?.getChars() || " ", look: lookOf(cell) };
    });
    return trimmed(cells, (cell) => cell.text === " ");
  });
  return trimmed(lines, (line) => line.length === 0);
}

const colours: Readonly<Record<number, string>> = { 1: "red", 2: "green", 3: "yellow" };

function lookOf(cell: ReturnType<NonNullable<ReturnType<Buffer["getLine"]>>["getCell"]>): string {
  if (cell === undefined) return "";
  const colour = cell.isFgPalette() ? colours[cell.getFgColor()] : undefined;
  if (cell.isFgPalette() && colour === undefined)
    throw new Error(`no colour ${cell.getFgColor()} in pictures`);
  return [cell.isBold() ? "bold" : "", cell.isDim() ? "dim" : "", colour ?? ""].filter(Boolean).join(" ");
}

type Buffer = InstanceType<typeof xterm.Terminal>["buffer"]["active"];

function trimmed<T>(items: T[], isEmpty: (item: T) => boolean): T[] {
  return items.slice(0, items.findLastIndex((item) => !isEmpty(item)) + 1);
}
