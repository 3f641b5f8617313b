import type { Choices, LocalChoice } from "./choices.js";

/**
 * The text of a `.migraterc.json`. Stages whose Lambda or contract is not known stand in it as comments: to a wrong guess the answer may be a
 * migration. Undefined where then no stage is left.
 */
export function configText(choices: Choices): string | undefined {
  const { project, region, account, functionName, contract, local } = choices;
  const isKnown = functionName !== undefined && contract !== undefined;
  if (!isKnown && local === undefined) return undefined;
  const top = [
    entry("$schema", "./node_modules/migrate-remote/docs/migraterc.schema.json"),
    entry("project", project.value),
    ...(region === undefined ? [] : [entry("region", region.value)]),
    ...(account === undefined
      ? []
      : ["// Checked with STS before anything is written.", entry("account", account.value)]),
    ...(functionName === undefined
      ? []
      : ["// The migration Lambda.", entry("function", functionName.value)]),
    ...(isKnown
      ? [
          "// What it takes and gives; see docs/contracts.md of migrate-remote.",
          entry("contract", contract.value),
        ]
      : []),
    ...packageLines(choices),
    entry("defaultStage", local === undefined ? (choices.stages[0]?.value ?? "dev") : "local"),
  ];
  const sameEverywhere = isKnown && JSON.stringify(local?.contract) === JSON.stringify(contract.value);
  const stages = [
    ...(local === undefined ? [] : localLines(local, !sameEverywhere)),
    ...(isKnown ? awsLines(choices) : awsAsComments(choices)),
  ];
  return `${["{", ...indented(top), '  "stages": {', ...indented(indented(stages)), "  }", "}"].join("\n")}\n`;
}

function packageLines(choices: Choices): string[] {
  if (choices.package === undefined) return [];
  const { directory, include = {}, build } = choices.package;
  const rows = Object.entries(include).map(
    ([place, from]) => `${JSON.stringify(place)}: ${JSON.stringify(from)},`,
  );
  return [
    "// What `migrate-remote deploy` packs: this folder, and beside it in the zip what `include` names.",
    '"package": {',
    ...indented([
      entry("directory", directory),
      ...(rows.length === 0 ? [] : ['"include": {', ...indented(rows), "},"]),
      ...(build === undefined ? [] : [entry("build", build)]),
    ]),
    "},",
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
    "// On this machine: the handler over a real PostgreSQL in .migrate-remote/. Needs no AWS.",
    ownContract
      ? `"local": { "contract": ${plain(contract)}, "local": ${plain(said)} },`
      : `"local": { "local": ${plain(said)} },`,
  ];
}

function awsLines({ stages, databases }: Choices): string[] {
  return stages.flatMap(({ value: stage }) => {
    const database = databases.get(stage);
    const isProtected = /^prod(uction)?$/.test(stage);
    const body =
      database === undefined ? "{}" : `{ "database": ${plain({ [database.engine]: database.identifier })} }`;
    const why = !isProtected
      ? []
      : [
          "// Protected, because of its name: consent and an RDS snapshot before each run.",
          ...(database === undefined
            ? ['// The snapshot needs "database": { "instance": "…" }, or { "cluster": "…" } for Aurora.']
            : []),
        ];
    return [...why, `${JSON.stringify(stage)}: ${body},`];
  });
}

function awsAsComments(choices: Choices): string[] {
  const { functionName, contract, stages } = choices;
  const missing = [
    ...(functionName === undefined ? ['the Lambda\'s name, as "function"'] : []),
    ...(contract === undefined
      ? ['what it takes and gives, as "contract" (docs/contracts.md of migrate-remote)']
      : []),
  ];
  const known = contract === undefined ? "" : ` "contract": ${plain(contract.value)}`;
  return [
    `// In AWS. Before they are put to use they must say ${missing.join(", and ")}.`,
    "// Nothing is guessed here: to a wrong guess the answer may be a migration.",
    ...stages.map(({ value: stage }) =>
      comment(`${JSON.stringify(stage)}: {${known === "" ? "" : `${known} `}},`),
    ),
  ];
}

function entry(key: string, value: unknown): string {
  return `${JSON.stringify(key)}: ${plain(value)},`;
}

/** JSON on one line, with spaces as people write it. */
function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${plain(one)}`)
    .join(", ")} }`;
}

/** What comes from a repository ends no line of ours. */
function comment(text: string): string {
  return `// ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?")}`;
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
