import type { Style } from "./style.js";
import { oneLine, wrap } from "./text.js";

/** Names and values below each other, what is not known left out; a long value goes on under its own beginning. */
export function factLines(facts: [string, string | undefined][], style: Style): string[] {
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const width = Math.max(0, ...known.map(({ name }) => name.length)) + 4;
  return known.map(({ name, value }) => {
    const lines = wrap(oneLine(value), style.columns - width).replaceAll("\n", `\n${" ".repeat(width)}`);
    return `  ${style.dim(name)}${" ".repeat(width - 2 - name.length)}${lines}`;
  });
}
