import type { AddCommand } from "../help.js";

export function addDoctorCommand(add: AddCommand): void {
  add("doctor", "check everything that a migration of this stage needs, and say how to mend it", [
    "migrate-remote doctor --stage dev",
  ]);
}
