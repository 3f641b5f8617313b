import type { Choices, LocalChoice } from "./choices.js";
import { json } from "./json.js";

/**
 * The text of a `.migraterc.json`. Stages whose Lambda or contract is not known stand in it as comments: to a wrong guess the answer may be a
 * migration. Undefined where then no stage is left. `ours`: where this package is, relative to the file.
 */
export function configText(choices: Choices, ours = "node_modules/migrate-remote"): string | undefined {
  const { project, region, account, functionName, contract, local } = choices;
  const isKnown = functionName !== undefined && contract !== undefined;
  if (!isKnown && local === undefined) return undefined;
  const top = [
    ...entry("$schema", `${ours.startsWith("../") ? "" : "./"}${ours}/docs/migraterc.schema.json`),
    ...entry("project", project.value),
    ...(region === undefined ? [] : entry("region", region.value)),
    ...(account === undefined
      ? []
      : ["// Checked with STS before anything is written.", ...entry("account", account.value)]),
    ...(functionName === undefined
      ? []
      : ["// The migration Lambda.", ...entry("function", functionName.value)]),
    ...(isKnown
      ? [
          "// What it takes and gives; see docs/contracts.md of migrate-remote.",
          ...entry("contract", contract.value),
        ]
      : []),
    ...packageLines(choices),
    ...entry("defaultStage", local === undefined ? (choices.stages[0]?.value ?? "dev") : "local"),
  ];
  const sameEverywhere = isKnown && JSON.stringify(local?.contract) === JSON.stringify(contract.value);
  const stages = [
    ...(local === undefined ? [] : localLines(local, !sameEverywhere)),
    ...(isKnown ? awsLines(choices) : awsAsComments(choices)),
  ];
  return `${["{", ...indented(top), '  "stages": {', ...indented(indented(stages)), "  }", "}"].join("\n")}\n`;
}

function packageLines({ package: packed }: Choices): string[] {
  if (packed === undefined) return [];
  return [
    "// What `migrate-remote deploy` packs: the folder, and more beside it.",
    ...entry("package", packed),
  ];
}

function localLines(
  { handler, queryHandler, environment, contract }: LocalChoice,
  ownContract: boolean,
): string[] {
  const said = {
    handler: handler.value,
    ...(queryHandler === undefined ? {} : { queryHandler }),
    ...(environment === undefined ? {} : { environment }),
  };
  return [
    "// On this machine, over a real PostgreSQL in .migrate-remote/; no AWS.",
    ...entry("local", ownContract ? { contract, local: said } : { local: said }),
  ];
}

function awsLines({ stages, databases }: Choices): string[] {
  return stages.flatMap(({ value: stage }) => {
    const database = databases.get(stage);
    const isByName = /^prod(uction)?$/.test(stage);
    const said = {
      ...(stage === "live" ? { protected: true } : {}),
      ...(database === undefined ? {} : { database: { [database.engine]: database.identifier } }),
    };
    const why =
      !isByName && stage !== "live"
        ? []
        : [
            `// Protected${isByName ? " by its name" : ""}: consent, and a snapshot before each run.`,
            ...(database === undefined
              ? ['// For that it needs "database": { "instance": "…" }; Aurora: "cluster".']
              : []),
          ];
    return [...why, ...entry(stage, said)];
  });
}

function awsAsComments(choices: Choices): string[] {
  const { functionName, contract, stages } = choices;
  const missing = [
    ...(functionName === undefined ? ['//   "function": what the Lambda is called'] : []),
    ...(contract === undefined ? ['//   "contract": what it takes and gives; see docs/contracts.md'] : []),
  ];
  const said = contract === undefined ? {} : { contract: contract.value };
  return [
    "// In AWS. Nothing is guessed: to a wrong guess the answer may migrate.",
    "// Before they are put to use, say",
    ...missing,
    ...stages.flatMap(({ value: stage }) => entry(stage, said)).map((line) => `// ${line}`),
  ];
}

function entry(key: string, value: unknown): string[] {
  const name = `${JSON.stringify(key)}: `;
  return `${name}${json(value, name.length + 6)},`.split("\n");
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
