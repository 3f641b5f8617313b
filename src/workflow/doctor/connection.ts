import type { Check } from "../results/doctor.js";
import type { Asked } from "./asked.js";
import { check } from "./check.js";

/** The variables from which our handlers learn where the database is, in their order. */
export const connectionVariables = [
  "DbConnStr",
  "DATABASE_URL",
  "SST_RESOURCE_DbConnStr",
  "SST_RESOURCE_DATABASE_URL",
  "SST_RESOURCE_DatabaseUrl",
  "SST_RESOURCES_JSON",
  "SST_KEY_FILE",
  "DATABASE_SECRET_ARN",
  "DATABASE_SECRET_ID",
  "DATABASE_URL_PARAMETER",
];

/** What other people call such variables. */
const likely = /DATABASE|POSTGRES|CONN(ECTION)?_?STR|^(DB|PG|RDS)[_A-Z]|(^|_)(DB|RDS)(_|$)|SECRET/i;

/** Only names are looked at. `isOurs`: a handler of ours answers. */
export function connectionCheck(variables: string[] | undefined, asked: Asked, isOurs: boolean): Check {
  const say = check("connection_source");
  if (variables === undefined) return say.unknown("Lambda could not decipher the function's environment.");
  const found = connectionVariables.find((name) => variables.includes(name));
  if (found !== undefined)
    return say.ok(`The function's environment has ${found}; its value was not looked at.`);
  const named = variables.find((name) => likely.test(name));
  if (named !== undefined && !isOurs)
    return say.ok(`The function's environment has ${named}; its value was not looked at.`);
  const reached = asked.kind === "report" && asked.report.error === undefined;
  if (reached) return say.ok("The function knows its database by itself; its environment does not say it.");
  const message = "The function's environment does not say which database to connect to.";
  const fix =
    "Set DATABASE_URL or DATABASE_SECRET_ARN on the function, or link the SST secret DbConnStr to it.";
  if (asked.kind === "report" && asked.report.error?.code === "configuration_error")
    return say.failed(message, fix);
  return isOurs ? say.warning(message, fix) : say.unknown(message, fix);
}
