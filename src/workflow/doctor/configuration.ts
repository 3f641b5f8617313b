import type { Target } from "../../config/target.js";
import { nameOf } from "../../contract/contract.js";
import type { Failure } from "../../contract/failure.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

/** A configuration that was found and is valid, with a stage that could be resolved. */
export function configurationChecks(path: string, target: Target): Check[] {
  const warned = check("config_warning");
  const stage = `Stage ${target.stage}${target.protected ? ", protected" : ""}: ${target.functionName}, contract ${nameOf(target.contract)}.`;
  return [
    check("config").ok(path),
    check("stage").ok(stage),
    ...target.warnings.map((message) =>
      warned.warning(
        `${message}.`.replace(/\.\.$/, "."),
        "Unset the variable, or say what is meant with an option.",
      ),
    ),
  ];
}

/** Why there is none. `path`: the file, where one was read. */
export function brokenConfigurationChecks(
  { code, message, hint }: Failure,
  path: string | undefined,
): Check[] {
  const isFile = code.startsWith("config_");
  const say = check(isFile ? "config" : "stage");
  const fix = hint ?? "Correct the file; docs/migraterc.schema.json tells an editor what may stand in it.";
  return [...(isFile || path === undefined ? [] : [check("config").ok(path)]), say.failed(message, fix)];
}
