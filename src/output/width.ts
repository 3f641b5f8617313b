import stringWidth from "string-width";
import { withoutHyperlinks } from "./hyperlink.js";

/** What takes one column each, whatever stands beside it: ASCII, the letters of Europe, and the marks that we print. */
export const narrow = /^[ -~¡-¬®-ſ‐-‧←-⇿─-╿○✓✗⚠]*$/;
const colours = /\u001b\[[\d;]*m/g;

/** The columns that text takes. What knows about all scripts is 40 ms slow the first time, and nearly no text needs it. */
export function columnsOf(text: string): number {
  const plain = text.includes("\u001b") ? withoutHyperlinks(text).replace(colours, "") : text;
  return narrow.test(plain) ? plain.length : stringWidth(text);
}
