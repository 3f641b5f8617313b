import { contractOf } from "../../config/contract-of.js";
import { codecFor } from "../../contract/codec.js";
import type { Choices } from "../../scaffold/config/choices.js";
import type { Missing } from "./machine.js";

/**
 * What to type once it is written, in order: what this machine lacks, then the first thing that can be asked. A local handler that migrates on
 * any event can be asked for nothing, and a file that stays as it was may say something else.
 */
export function nextSteps({ local }: Choices, missing: Missing[], configStays: boolean): string[] {
  const canTellStatus =
    !configStays &&
    local !== undefined &&
    codecFor(contractOf(local.contract, "local", (_, template) => template)).unsupported.status === undefined;
  return [
    ...missing.flatMap(({ command }) => (command === undefined ? [] : [command])),
    canTellStatus ? "migrate-remote status" : "migrate-remote doctor",
  ];
}
