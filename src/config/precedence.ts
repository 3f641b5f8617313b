import { excerpt } from "../contract/redact.js";
import { regionPattern } from "./access-fields.js";
import type { Unresolved } from "./stage.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting, where it came from, and what the file would have said. */
export interface Setting {
  value: string | undefined;
  source: "flag" | "environment" | "file" | "none";
  /** The environment variable that gave it. */
  variable?: string;
  file: string | undefined;
}

/** `--region`, else AWS_REGION, else AWS_DEFAULT_REGION (as the AWS command line has it), else the file. */
export function chooseRegion(file: string | undefined, flag: string | undefined, env: Environment): Setting {
  return choose(file, flag, env, ["AWS_REGION", "AWS_DEFAULT_REGION"]);
}

/**
 * `--profile`, else AWS_PROFILE, else the file's; but credentials that the environment itself holds, as on a CI runner, come before
 * the file's profile, which a CI runner does not have.
 */
export function chooseProfile(file: string | undefined, flag: string | undefined, env: Environment): Setting {
  const setting = choose(file, flag, env, ["AWS_PROFILE"]);
  const variable = setting.source === "file" ? credentialsVariable(env) : undefined;
  return variable === undefined ? setting : { value: undefined, source: "environment", variable, file };
}

function choose(
  file: string | undefined,
  flag: string | undefined,
  env: Environment,
  variables: string[],
): Setting {
  if (flag !== undefined) return { value: flag, source: "flag", file };
  const variable = variables.find((name) => present(env, name));
  if (variable !== undefined) return { value: env[variable], source: "environment", variable, file };
  return { value: file, source: file === undefined ? "none" : "file", file };
}

const credentialSources = [
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
  ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
  ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
];

function credentialsVariable(env: Environment): string | undefined {
  return credentialSources.find((names) => names.every((name) => present(env, name)))?.[0];
}

// An empty variable is how shells and CI systems say 'not set'.
function present(env: Environment, name: string): boolean {
  return env[name] !== undefined && env[name] !== "";
}

export function checkRegion(region: Setting): Unresolved[] {
  if (region.value === undefined || regionPattern.test(region.value)) return [];
  const source = region.source === "flag" ? "--region" : (region.variable ?? "region");
  return [
    {
      message: `\`${excerpt(region.value, 60)}\` (from ${source}) is not an AWS region.`,
      hint: "A region looks like us-west-2.",
    },
  ];
}

/** Tells that the environment came before the file, where the two differ. At most one sentence. */
export function overriding(key: "region" | "profile", setting: Setting): string[] {
  const { source, variable, value, file } = setting;
  if (source !== "environment" || file === undefined || file === value) return [];
  // A variable that names no profile holds a credential: its name is enough.
  const said = value === undefined ? variable : `${variable}=${excerpt(value, 60)}`;
  return [`${said} in the environment comes before ${key} ${excerpt(file, 60)} of the configuration`];
}
