import stringWidth from "string-width";

export interface ScreenLine {
  text: string;
  /** It was longer than the terminal is wide: the next line is its rest. */
  overflows: boolean;
}

export interface Screen {
  lines: ScreenLine[];
  cursorShown: boolean;
}

/**
 * What stands on a terminal after all this was written to it. Knows what spinners and prompts do to a terminal; anything else is an error,
 * so that a test never judges by half a picture. It does not scroll: a terminal as high as needed.
 */
export function drawScreen(written: string, columns: number): Screen {
  const lines: { cells: string[]; overflows: boolean }[] = [{ cells: [], overflows: false }];
  let row = 0;
  let column = 0;
  let cursorShown = true;
  const line = () => {
    while (lines.length <= row) lines.push({ cells: [], overflows: false });
    return lines[row] as (typeof lines)[number];
  };

  function put(character: string): void {
    const width = stringWidth(character);
    // As terminals do it: not the last column's character wraps, but the one after it.
    if (column + width > columns) {
      line().overflows = true;
      row += 1;
      column = 0;
    }
    const { cells } = line();
    while (cells.length < column) cells.push(" ");
    cells[column] = character;
    for (let rest = 1; rest < width; rest += 1) cells[column + rest] = "";
    column += width;
  }

  function erase(from: number, to: number): void {
    const current = line();
    for (let at = from; at < Math.min(to, current.cells.length); at += 1) current.cells[at] = " ";
    if (to >= columns) current.overflows = false;
  }

  function control(parameters: string, final: string): void {
    const number = parameters === "" ? undefined : Number(parameters);
    switch (final) {
      case "m":
        return;
      case "h":
      case "l":
        if (parameters === "?25") cursorShown = final === "h";
        else if (!quiet.has(parameters)) throw new Error(`unknown mode ${parameters}${final}`);
        return;
      case "A":
        row = Math.max(0, row - (number ?? 1));
        return;
      case "B":
        row += number ?? 1;
        return;
      case "C":
        column = Math.min(columns - 1, column + (number ?? 1));
        return;
      case "D":
        column = Math.max(0, Math.min(column, columns - 1) - (number ?? 1));
        return;
      case "G":
        column = (number ?? 1) - 1;
        return;
      case "K":
        erase(number === 1 || number === 2 ? 0 : column, number === 1 ? column + 1 : columns);
        return;
      case "J":
        if ((number ?? 0) !== 0) throw new Error(`the whole screen was erased: ${parameters}J`);
        erase(column, columns);
        lines.length = Math.min(lines.length, row + 1);
        return;
      default:
        throw new Error(`unknown control sequence ${JSON.stringify(parameters + final)}`);
    }
  }

  for (const [token, parameters, final] of written.matchAll(pieces)) {
    if (final !== undefined) control(parameters ?? "", final);
    else if (token === "\n") row += 1;
    else if (token === "\r") column = 0;
    else if (token === "\b") column = Math.max(0, column - 1);
    else if (token.charCodeAt(0) < 32) throw new Error(`unknown control character ${JSON.stringify(token)}`);
    else put(token);
  }
  return {
    lines: lines.map(({ cells, overflows }) => ({ text: cells.join("").trimEnd(), overflows })),
    cursorShown,
  };
}

/** Modes that change nothing of what stands there: bracketed paste, synchronized output. */
const quiet = new Set(["?2004", "?2026"]);

const pieces = /\u001b\[([?\d;]*)([A-Za-z])|[\s\S]/gu;
