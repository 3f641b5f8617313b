import type { AddCommand } from "../help.js";

export function addDeployCommand(add: AddCommand): void {
  add("deploy", "package the handler and update the function's code", ["migrate-remote deploy --stage dev"]);
}
