import { type Cell, columns } from "./session.js";

const advance = 8.4;
const lineHeight = 20;
const margin = 20;

/** The colours of the terminal's own sixteen that the program uses, by daylight and by night. */
const style = `
  rect { fill: #ffffff; stroke: #d0d7de; }
  text { fill: #1f2328; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
  .bold { font-weight: 700; }
  .dim { fill: #59636e; } .green { fill: #116329; } .red { fill: #b3151d; } .yellow { fill: #7d4e00; }
  @media (prefers-color-scheme: dark) {
    rect { fill: #0d1117; stroke: #30363d; }
    text { fill: #e6edf3; }
    .dim { fill: #9198a1; } .green { fill: #56d364; } .red { fill: #ff7b72; } .yellow { fill: #e3b341; }
  }`;

/** A screen as a picture whose text can be selected. `title` is what is read aloud. */
export function svgOf(lines: Cell[][], title: string): string {
  const width = Math.ceil(columns * advance) + 2 * margin;
  const height = lines.length * lineHeight + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.flatMap((cells, row) => (cells.length === 0 ? [] : [line(cells, row)])),
    "</svg>",
    "",
  ].join("\n");
}

/** As wide as its columns are, whatever font there is. */
function line(cells: Cell[], row: number): string {
  const begin = cells.findIndex(({ text }) => text !== " ");
  const shown = cells.slice(begin);
  const x = round(margin + begin * advance);
  const y = margin + (row + 0.75) * lineHeight;
  const width = round(shown.length * advance);
  return `<text xml:space="preserve" x="${x}" y="${y}" textLength="${width}">${spans(shown)}</text>`;
}

function spans(cells: Cell[]): string {
  const runs: Cell[] = [];
  for (const { text, look } of cells) {
    const last = runs.at(-1);
    // How a space looks nobody sees.
    if (last !== undefined && (last.look === look || text === " ")) last.text += text;
    else runs.push({ text, look });
  }
  return runs
    .map(({ text, look }) =>
      look === "" ? escaped(text) : `<tspan class="${look}">${escaped(text)}</tspan>`,
    )
    .join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
