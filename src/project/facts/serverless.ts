import { type Fact, fill, knownStage, usualVariable } from "./fact.js";
import { byPath, readYaml, type YamlValue } from "./yaml.js";

export const isServerlessFile = /(^|\/)serverless\.ya?ml$/;

/** The Serverless Framework's own file. A function without a name is called service-stage-key. */
export function readServerless(file: string, text: string): Fact[] {
  const values = readYaml(text);
  const one = byPath(values);
  const service = one("service") ?? one("service", "name");
  const facts: Fact[] = [];
  const where = ({ line }: YamlValue) => `${file}:${line}`;
  const filled = (value: string) => fill(value, /\$\{([^{}]*)\}/g, (said) => resolve(said, service?.value));

  if (service !== undefined && filled(service.value) === service.value) {
    facts.push({ kind: "project", name: service.value, where: where(service) });
  }
  const region = one("provider", "region");
  const regionName = region === undefined ? undefined : (defaultOf(region.value) ?? region.value);
  if (region !== undefined && regionName !== undefined) {
    facts.push({ kind: "region", region: regionName, where: where(region) });
  }
  const stage = one("provider", "stage");
  const stageName = stage === undefined ? undefined : (defaultOf(stage.value) ?? stage.value);
  if (stage !== undefined && stageName !== undefined) {
    facts.push({ kind: "stage", name: stageName, where: where(stage) });
  }
  for (const value of values) {
    const [top, ...rest] = value.path;
    const named =
      top === "params" ? rest[0] : top === "custom" ? rest.find((key) => knownStage.test(key)) : undefined;
    if (named !== undefined && knownStage.test(named))
      facts.push({ kind: "stage", name: named, where: where(value) });
    const identifier = value.path.at(-1);
    if (identifier === "DBInstanceIdentifier" || identifier === "DBClusterIdentifier") {
      const name = filled(value.value);
      const engine = identifier === "DBInstanceIdentifier" ? "instance" : "cluster";
      if (name !== undefined) facts.push({ kind: "database", engine, identifier: name, where: where(value) });
    }
    if (top === "functions" && rest.length === 2 && rest[1] === "handler" && rest[0] !== undefined) {
      const key = rest[0];
      const name =
        one("functions", key, "name")?.value ??
        (service === undefined ? undefined : `${service.value}-{stage}-${key}`);
      const known = name === undefined ? undefined : filled(name);
      facts.push({
        kind: "function",
        label: key,
        name: known,
        handler: filled(value.value),
        where: where(value),
      });
    }
  }
  return facts;
}

/** `${opt:stage, 'dev'}`: the name that counts where nobody says another. */
function defaultOf(written: string): string | undefined {
  return /^\$\{[^{},]+,\s*["']([\w-]+)["']\s*\}$/.exec(written)?.[1];
}

function resolve(expression: string, service: string | undefined): string | undefined {
  if (expression === "self:service" || expression === "self:service.name") return service;
  return usualVariable(expression.split(",")[0] ?? "");
}
