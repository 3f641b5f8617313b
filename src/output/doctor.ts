import type { DoctorResult } from "../workflow/results/doctor.js";
import type { Style } from "./style.js";

export function doctorText(_result: DoctorResult, _style: Style): string[] {
  return [];
}
