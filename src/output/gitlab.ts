import { oneLine } from "./text.js";

/** Whatever is written until the section's end is folded below this title. `seconds` since the epoch. */
export function sectionStart(name: string, title: string, seconds: number): string {
  return `\u001b[0Ksection_start:${seconds}:${name}[collapsed=true]\r\u001b[0K${oneLine(title)}`;
}

export function sectionEnd(name: string, seconds: number): string {
  return `\u001b[0Ksection_end:${seconds}:${name}\r\u001b[0K`;
}
