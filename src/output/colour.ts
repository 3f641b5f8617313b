import { visible } from "./text.js";

/** Colours and weights of text, `ESC [ … m`: the one kind of control sequence that only changes how text looks. */
const colour = /\u001b\[([\d;]{0,30})m/;
const eachColour = new RegExp(colour, "g");
const split = new RegExp(colour.source.replace("(", "(?:"), "g");
const reset = "\u001b[0m";

/** As `visible`, with the text's own colours kept, and ended where it ends. Hidden text is no colour. */
export function visibleInColour(text: string): string {
  const colours = text.match(split);
  if (colours === null) return visible(text);
  const parts = text.split(split).map(visible);
  const shown = parts.map((part, index) => part + (colours[index] === undefined ? "" : kept(colours[index])));
  return `${shown.join("")}${text.endsWith(reset) ? "" : reset}`;
}

export function withoutColour(text: string): string {
  return text.includes("\u001b[") ? text.replace(eachColour, "") : text;
}

/** Parameter 8 hides text; in `38;5;8` and its like it is a colour. */
function kept(sequence: string): string {
  const parameters = sequence.slice(2, -1).replace(/[34]8;(?:5;\d+|2;\d+;\d+;\d+)/g, "");
  return parameters.split(";").some((parameter) => Number(parameter) === 8) ? visible(sequence) : sequence;
}
