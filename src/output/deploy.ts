import type { DeployResult } from "../workflow/results/deploy.js";
import type { Style } from "./style.js";

export function deployText(_result: DeployResult, _style: Style): string[] {
  return [];
}
