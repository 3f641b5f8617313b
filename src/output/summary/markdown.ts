import { oneLine, visible } from "../text.js";

/** A piece of Markdown: what stands in it is shown and not read as Markdown or HTML. */
export type Markdown = string & { readonly markdown?: never };

/**
 * Foreign text in a line or a cell. What Markdown and HTML are made of is written as its number: that holds in every place alike, in tables and
 * between backticks too, where backslashes do not.
 */
export function text(foreign: string): Markdown {
  return oneLine(foreign)
    .trim()
    .replace(/:(?=\S)|(?<=www)\.|["!#$%&*+<=>?@[\\\]^_`{|}~]/gi, numbered);
}

/** Foreign text of several lines, for one cell or paragraph. */
export function lines(foreign: string): Markdown {
  return visible(foreign).trim().split("\n").map(text).join("<br>");
}

function numbered(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

export function code(foreign: string): Markdown {
  const inside = text(foreign);
  return inside === "" ? "" : `<code>${inside}</code>`;
}

/** The page must be one of ours, percent-encoded. */
export function link(label: Markdown, url: string | undefined): Markdown {
  return url === undefined ? label : `<a href="${url.replaceAll("&", "&amp;")}">${label}</a>`;
}

export function table(header: Markdown[], rows: Markdown[][]): Markdown[] {
  if (rows.length === 0) return [];
  const row = (cells: Markdown[]) => `| ${cells.map((cell) => cell || " ").join(" | ")} |`;
  return [row(header), row(header.map(() => "---")), ...rows.map(row)];
}

/** Foreign text as it stands: the fence is longer than any in it. */
export function block(foreign: string, language = ""): Markdown[] {
  const shown = visible(foreign).replace(/\s+$/, "");
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [fence + language, shown, fence];
}

/** Folded away below its title. */
export function details(title: Markdown, body: Markdown[]): Markdown[] {
  return [`<details><summary>${title}</summary>`, "", ...body, "", "</details>"];
}
