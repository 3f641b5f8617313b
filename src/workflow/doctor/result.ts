import { type Check, checkGroups, checkLevels, type DoctorResult } from "../results/doctor.js";
import type { TargetSummary } from "../results.js";

/** The checks in the order of their groups, and counted. */
export function doctorResult(
  checks: Check[],
  target: Partial<TargetSummary> = {},
  next?: string,
): DoctorResult {
  const place = ({ group, level }: Check) =>
    level === "skipped" ? checkGroups.length : checkGroups.indexOf(group);
  const ordered = checks.toSorted((one, other) => place(one) - place(other));
  const counts = Object.fromEntries(
    checkLevels.map((wanted) => [wanted, checks.filter(({ level }) => level === wanted).length]),
  ) as DoctorResult["counts"];
  const isWell = counts.failed === 0 && next !== undefined;
  return { command: "doctor", ...target, checks: ordered, counts, ...(isWell ? { next } : {}) };
}
