import type { Style } from "./style.js";
import { oneLine, table, wrap } from "./text.js";

/** The names' column is this wide; a long value goes on under its own beginning. */
const nameWidth = 16;

/** Names and values below each other; what is not known is left out. */
export function factLines(facts: [string, string | undefined][], style: Style): string[] {
  return table(
    facts.flatMap(([name, value]) =>
      value === undefined ? [] : [[`  ${style.dim(name)}`, besideName(value, style)]],
    ),
  );
}

function besideName(value: string, { columns }: Style): string {
  return wrap(oneLine(value), columns - nameWidth).replaceAll("\n", `\n${" ".repeat(nameWidth)}`);
}
