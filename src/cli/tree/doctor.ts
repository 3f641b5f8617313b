import type { AddCommand } from "../help.js";

export function addDoctorCommand(add: AddCommand): void {
  add("doctor", "check everything that a migration of this stage needs, and say how to mend it", [
    "migrate-remote doctor",
    "migrate-remote doctor --stage prod",
    "migrate-remote doctor --stage prod --json   # each check with its code, level and fix",
  ]);
}
