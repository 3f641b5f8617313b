import type { Target } from "../config/target.js";
import type { MetTarget } from "./met.js";

/** Where the AWS console shows a stage's function; undefined where it is on this machine, or behind an address that is not AWS's own. */
export function consolePlace(
  { local, endpoint, region, functionShortName }: Target,
  env: Readonly<Record<string, string | undefined>>,
): MetTarget["place"] {
  const isOverridden = Object.entries(env).some(
    ([name, value]) => name.startsWith("AWS_ENDPOINT_URL") && value,
  );
  const isElsewhere = local !== undefined || endpoint !== undefined || isOverridden;
  return isElsewhere || region === undefined ? undefined : { region, function: functionShortName };
}
