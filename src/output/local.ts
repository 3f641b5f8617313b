import type { LocalResult } from "../workflow/results/local.js";
import type { Style } from "./style.js";

export function localText(_result: LocalResult, _style: Style): string[] {
  return [];
}
