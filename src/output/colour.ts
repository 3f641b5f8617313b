import { visible } from "./text.js";

/** Colours and weights of text, `ESC [ … m`: the one kind of control sequence that only changes how text looks. */
const colour = /\u001b\[([\d;]{0,30})m/;
const eachColour = new RegExp(colour, "g");
const split = new RegExp(colour.source.replace("(", "(?:"), "g");
const reset = "\u001b[0m";

/** As `visible`, with the text's own colours kept, and ended where the text does not end them. Hidden text is no colour. */
export function visibleInColour(text: string, show: (part: string) => string = visible): string {
  const colours = text.match(split);
  if (colours === null) return show(text);
  const parts = text.split(split).map(show);
  const shown = parts.map((part, index) => part + (colours[index] === undefined ? "" : kept(colours[index])));
  return `${shown.join("")}${isOpen(colours) ? reset : ""}`;
}

export function withoutColour(text: string): string {
  return text.includes("\u001b[") ? text.replace(eachColour, "") : text;
}

/** Parameter 8 hides text; in `38;5;8` and its like it is a colour. */
function kept(sequence: string): string {
  return parametersOf(sequence).includes(8) ? visible(sequence) : sequence;
}

/** A colour out of many counts as its first number, 38 or 48. */
function parametersOf(sequence: string): number[] {
  const parameters = sequence.slice(2, -1).replace(/([34]8);(?:5;\d+|2;\d+;\d+;\d+)/g, "$1");
  return parameters.split(";").map(Number);
}

/** What each of these ends: the attributes from the first number to the last. */
const ends = new Map([
  [22, [1, 2]],
  [23, [3, 3]],
  [24, [4, 4]],
  [25, [5, 6]],
  [27, [7, 7]],
  [28, [8, 8]],
  [29, [9, 9]],
  [39, [30, 38]],
  [49, [40, 48]],
]);

/** Whether anything that was begun goes on. What is not known here is taken for something that does. */
function isOpen(colours: readonly string[]): boolean {
  const open = new Set<number>();
  for (const parameter of colours.flatMap(parametersOf)) {
    const [first, last] = ends.get(parameter) ?? [];
    if (parameter === 0) open.clear();
    else if (first === undefined || last === undefined) open.add(bright(parameter));
    else for (let ended = first; ended <= last; ended += 1) open.delete(ended);
  }
  return open.size > 0;
}

/** 90 to 97 and 100 to 107 are 30 to 37 and 40 to 47, brighter. */
function bright(parameter: number): number {
  return parameter >= 90 && parameter <= 107 ? parameter - 60 : parameter;
}
