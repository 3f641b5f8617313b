import type { Cell } from "./session.js";

/** What differs from one time to the next, and what stands for it, so that the same program makes the same picture. */
const masks: [RegExp, string][] = [
  [/\b\d{8}T\d{6}Z-[0-9a-f]{8}\b/, "20261120T104512Z-9f3c1a7e"],
  [/\b\d{8}t\d{6}z\b/, "20261120t104512z"],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/, "8f5a2c31-0b7e-4d53-9a51-6f2f2f0e7c11"],
  [/\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}/, "2026/11/20/[$LATEST]4448d455ab042a1558f7eb5015ec970d"],
  [/\b\d\d:\d\d:\d\d(?=Z| )/, "10:45:12"],
  [/127\.0\.0\.1:\d+/, "127.0.0.1:38943"],
  [/took [\d.]+ m?s, billed [\d.]+ m?s, memory \d+ of/, "took 153 ms, billed 154 ms, memory 65 of"],
  [/(?<=cold start )[\d.]+ m?s/, "236 ms"],
  [/, \d+ of them late(?=, )/, ""],
  [/(?<= in )[\d.]+ m?s(?=; )/, "986 ms"],
  [/(?<=available after )[\d.]+ m?s/, "1.4 s"],
  [/[\d.]+ m?s(?= ago)/, "3 s"],
  [/(?<=(applied|failed) {1,9}|Applied \S{1,60} in )[\d.]+ m?s/, "4 ms"],
];

/** The line with its masks on; what stands for something looks as that did. */
export function masked(cells: Cell[]): Cell[] {
  return masks.reduce((line, [pattern, text]) => {
    const whole = line.map((cell) => cell.text).join("");
    const { index, 0: found } = pattern.exec(whole) ?? { index: -1, 0: "" };
    if (index < 0) return line;
    const look = line[index]?.look ?? "";
    const shown = [...text].map((character): Cell => ({ text: character, look }));
    return [...line.slice(0, index), ...shown, ...line.slice(index + found.length)];
  }, cells);
}

export function textOf(cells: Cell[]): string {
  return cells.map(({ text }) => text).join("");
}
