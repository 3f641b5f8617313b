import type { CreateResult } from "../workflow/results/create.js";
import type { Style } from "./style.js";

export function createText(_result: CreateResult, _style: Style): string[] {
  return [];
}
