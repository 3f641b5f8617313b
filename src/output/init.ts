import type { InitResult } from "../workflow/results/init.js";
import type { Style } from "./style.js";

export function initText(_result: InitResult, _style: Style): string[] {
  return [];
}
