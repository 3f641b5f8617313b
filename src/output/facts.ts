import { linked, type Style } from "./style.js";
import { oneLine, wrap } from "./text.js";

/** A name, its value, and the page about it. */
export type Fact = [name: string, value: string | undefined, url?: string | undefined];

/** Names and values below each other, what is not known left out; a long value goes on under its own beginning. */
export function factLines(facts: Fact[], style: Style): string[] {
  const known = facts.flatMap(([name, value, url]) => (value === undefined ? [] : [{ name, value, url }]));
  const width = Math.max(0, ...known.map(({ name }) => name.length)) + 4;
  return known.map(({ name, value, url }) => {
    const lines = wrap(oneLine(value), style.columns - width).split("\n");
    const shown = lines.map((line) => linked(line, url, style)).join(`\n${" ".repeat(width)}`);
    return `  ${style.dim(name)}${" ".repeat(width - 2 - name.length)}${shown}`;
  });
}
