import type { Contract } from "../contract/contract.js";
import { excerpt } from "../contract/redact.js";
import { type RuleName, ruleNames } from "../contract/rules.js";
import { contractOf } from "./contract-of.js";
import { type FunctionName, formatFunctionName, parseFunctionName } from "./function-name.js";
import {
  checkRegion,
  chooseProfile,
  chooseRegion,
  type Environment,
  overriding,
  type Setting,
} from "./precedence.js";
import { isProtected } from "./protected.js";
import { fitIdentifier, isIdentifier } from "./rds-identifier.js";
import { rulesOff } from "./rules-off.js";
import type { Config, SnapshotConfig, StageConfig } from "./schema.js";
import type { Unresolved } from "./stage.js";
import type { SnapshotPolicy, Target } from "./target.js";
import { expandTemplate } from "./template.js";

/** What comes before the file. */
export interface Overrides {
  /** `--profile` */
  profile?: string | undefined;
  /** `--region` */
  region?: string | undefined;
  env: Environment;
}

export type ResolvedTarget = { ok: true; target: Target } | { ok: false; problems: Unresolved[] };

/** Resolves a stage that `resolveStage` found, of a configuration that `loadConfig` passed. Pure; every problem at once. */
export function resolveTarget(config: Config, stage: string, overrides: Overrides): ResolvedTarget {
  const own = config.stages[stage];
  const written = own?.contract ?? config.contract;
  if (own === undefined || written === undefined) {
    throw new Error(`stage ${stage} was not resolved against a configuration that was checked`);
  }
  const { settings, region, profile } = settle(config, own, overrides);
  const problems = checkRegion(region);
  const expand = (key: string, template: string): string => {
    const expanded = expandTemplate(key, template, { project: config.project, stage, region: region.value });
    problems.push(...expanded.problems);
    return expanded.text;
  };

  const text = expand("function", functionTemplate(config, own));
  const contract = contractOf(written, stage, expand);
  const database = databaseOf(own, expand) ?? localDatabase(config, own, stage);
  const profileName = profile.source === "file" ? expand("profile", profile.value ?? "") : profile.value;
  if (own.local !== undefined && database !== undefined) problems.push(...unfitForLocal(database));
  if (problems.length > 0) return { ok: false, problems };

  const parsed = parseFunctionName(text);
  if ("invalid" in parsed)
    return { ok: false, problems: [invalidFunction("function", text, parsed.invalid)] };
  // The local endpoint is in no account and no region.
  const name: FunctionName = own.local === undefined ? parsed : { name: parsed.name };
  problems.push(...unfitQueryFunction(contract, settings, name));
  const guarded = isProtected(stage, own);
  const agreed = agreeOnRegion(region, name, guarded ? stage : undefined);
  problems.push(...agreed.problems, ...disagreeingAccounts(settings, name));
  if (problems.length > 0) return { ok: false, problems };

  const target: Target = {
    stage,
    functionName: formatFunctionName(name, { qualifier: false }),
    functionShortName: name.name,
    contract,
    protected: guarded,
    confirmPhrase: own.confirmPhrase ?? "migrate-production",
    snapshot: snapshotPolicy(own.snapshot, guarded),
    silencedRules: silencedRules(config, own),
    keepSnapshotsSeconds: seconds(own.keepSnapshots ?? "30d"),
    warnings: [...agreed.warnings, ...overriding("profile", profile)],
    ...settings,
    ...(name.qualifier === undefined ? {} : { qualifier: name.qualifier }),
    ...(agreed.region === undefined ? {} : { region: agreed.region }),
    ...(profileName === undefined ? {} : { profile: profileName }),
    ...(database === undefined ? {} : { database }),
    ...packaged(config, own),
    ...(own.local === undefined ? {} : { local: own.local }),
  };
  return { ok: true, target };
}

type AwsSettings = Pick<Target, "roleArn" | "mfaSerial" | "account" | "endpoint">;

const awsSettings = ["roleArn", "mfaSerial", "account", "endpoint"] as const;

/** The stage's own word, else the file's; for a local stage nothing of AWS, whatever the shell and the file say. */
function settle(
  config: Config,
  own: StageConfig,
  { env, ...flags }: Overrides,
): { settings: AwsSettings; region: Setting; profile: Setting } {
  if (own.local !== undefined) {
    const profile = chooseProfile(undefined, undefined, {});
    return { settings: {}, region: chooseRegion(localRegion, undefined, {}), profile };
  }
  const settings: AwsSettings = {};
  for (const key of awsSettings) {
    const value = own[key] ?? config[key];
    if (value !== undefined) settings[key] = value;
  }
  return {
    settings,
    region: chooseRegion(own.region ?? config.region, flags.region, env),
    profile: chooseProfile(own.profile ?? config.profile, flags.profile, env),
  };
}

// Requests are signed for a region, and {region} stands for one.
const localRegion = "us-east-1";

function functionTemplate(config: Config, own: StageConfig): string {
  const template = own.function ?? config.function ?? "{project}-api-migrate-lambda-{stage}";
  // Nobody else sees a local function's name: trying it at home shall not fail for want of one.
  const nameless = own.local !== undefined && config.project === undefined && template.includes("{project}");
  return nameless ? "migrate-lambda-{stage}" : template;
}

function invalidFunction(key: string, text: string, reason: string): Unresolved {
  return {
    message: `\`${key}\` ${reason}: ${excerpt(text, 200)}`,
    hint: `Correct \`${key}\` in the configuration, or the \`project\` that it is made of.`,
  };
}

/** The second function reads what the first one writes: it belongs into the same account and region. */
function unfitQueryFunction(contract: Contract, settings: AwsSettings, written: FunctionName): Unresolved[] {
  if (contract.preset !== "applied-list" || contract.query === undefined) return [];
  const key = "contract.queryFunction";
  const text = contract.query.functionName;
  const parsed = parseFunctionName(text);
  if ("invalid" in parsed) return [invalidFunction(key, text, parsed.invalid)];
  const pairs = [
    ["account", parsed.account, settings.account ?? written.account],
    ["region", parsed.region, written.region],
  ] as const;
  return pairs
    .filter(([, own, other]) => own !== undefined && other !== undefined && own !== other)
    .map(([what, own, other]) => ({
      message: `\`${key}\` is in ${what} ${own}, and what migrates is in ${other}.`,
      hint: "Make the two agree in the configuration: it may be another database that it reads.",
    }));
}

/** An ARN's region is the region; a flag or a file that says another is an error, a shell's variable is about something else. */
function agreeOnRegion(
  region: Setting,
  name: FunctionName,
  protectedStage: string | undefined,
): { region: string | undefined; problems: Unresolved[]; warnings: string[] } {
  if (name.region !== undefined && name.region !== region.value) {
    const other = region.source === "flag" ? region.value : region.file;
    const where = region.source === "flag" ? "--region" : "`region`";
    const differs = other !== undefined && other !== name.region;
    const message = `\`function\` is in region ${name.region}, and ${where} says ${other}.`;
    const hint = "Make the two agree: it may be another function that is meant.";
    return { region: name.region, problems: differs ? [{ message, hint }] : [], warnings: [] };
  }
  const warnings = overriding("region", region);
  if (protectedStage === undefined || warnings.length === 0) {
    return { region: region.value, problems: [], warnings };
  }
  const problems = warnings.map((warning) => ({
    message: `${warning}, and stage \`${protectedStage}\` is protected: which one is meant is not guessed.`,
    hint: `Add --region ${region.file}, or unset ${region.variable}.`,
  }));
  return { region: region.value, problems, warnings: [] };
}

function disagreeingAccounts(settings: AwsSettings, name: FunctionName): Unresolved[] {
  if (settings.account === undefined) return [];
  const stated = [
    ["`function`", name.account],
    ["`roleArn`", settings.roleArn?.split(":")[4]],
  ] as const;
  return stated
    .filter(([, account]) => account !== undefined && account !== settings.account)
    .map(([what, account]) => ({
      message: `${what} is in account ${account}, and \`account\` says ${settings.account}.`,
      hint: "Make the two agree in the configuration: it may be another database that is meant.",
    }));
}

function databaseOf(
  own: StageConfig,
  expand: (key: string, template: string) => string,
): Target["database"] | undefined {
  const { instance, cluster } = own.database ?? {};
  if (instance !== undefined) {
    return { kind: "instance", identifier: expand("database.instance", instance) };
  }
  if (cluster !== undefined) return { kind: "cluster", identifier: expand("database.cluster", cluster) };
  return undefined;
}

/** A local stage's database goes by a name too, for its snapshots: the only thing of RDS that it has. */
function localDatabase(config: Config, own: StageConfig, stage: string): Target["database"] | undefined {
  if (own.local === undefined) return undefined;
  const parts = config.project === undefined ? [stage] : [config.project, stage];
  return { kind: "instance", identifier: fitIdentifier(parts.join("-")) };
}

function unfitForLocal({ kind, identifier }: NonNullable<Target["database"]>): Unresolved[] {
  // Templates that were not expanded are told already.
  if (isIdentifier(identifier) || identifier.includes("{")) return [];
  return [
    {
      message: `\`database.${kind}\` cannot be the name of an RDS ${kind}: ${excerpt(identifier, 80)}`,
      hint: "RDS takes up to 63 letters, digits and single hyphens, a letter first and no hyphen last.",
    },
  ];
}

function snapshotPolicy(said: SnapshotConfig | undefined, guarded: boolean): SnapshotPolicy {
  const policy = said ?? (guarded ? "required" : "none");
  if (typeof policy === "string") return { kind: policy };
  if ("none" in policy) return { kind: "none", reason: policy.none };
  return { kind: "reuse", maxAgeSeconds: seconds(policy.reuse) };
}

/** A local stage runs the files as they are. */
function packaged(config: Config, own: StageConfig): Pick<Target, "package"> {
  const said = own.package ?? config.package;
  return said === undefined || own.local !== undefined ? {} : { package: said };
}

/** Those of the plan's review; `lint` has more. */
function silencedRules(config: Config, own: StageConfig): RuleName[] {
  const off = rulesOff(config.rules, own.rules);
  return ruleNames.filter((name) => off.has(name));
}

function seconds(age: string): number {
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[age.slice(-1)] ?? 1;
  return Number(age.slice(0, -1)) * unit;
}
