import type { Said } from "../../src/contract/answer.js";

/** What a function said, when nothing was around it. */
export function said(value: unknown): Said {
  return { kind: "said", value, around: [] };
}
