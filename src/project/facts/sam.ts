import { type Fact, fill, knownStage, usualVariable } from "./fact.js";
import { byPath, readYaml } from "./yaml.js";

export const isTemplateFile = /(^|\/)[\w.-]*template[\w.-]*\.ya?ml$/;
export const isSamConfig = /(^|\/)samconfig\.toml$/;

/** A SAM or CloudFormation template. A function without a name gets one that nobody can foresee. */
export function readTemplate(file: string, text: string): Fact[] {
  if (!/AWS::(Serverless|Lambda)::Function|AWS::RDS::/.test(text)) return [];
  const values = readYaml(text);
  const at = byPath(values);
  const filled = (value: string | undefined) =>
    value === undefined ? undefined : fill(value, /\$\{([^{}]*)\}/g, resolve);
  const facts: Fact[] = [];
  for (const { path, value, line } of values) {
    const where = `${file}:${line}`;
    const [top, name = "", third] = path;
    if (
      top === "Parameters" &&
      usualVariable(name) === "{stage}" &&
      (third === "AllowedValues" || third === "Default")
    ) {
      for (const stage of value.split(/[[\],\s]+/)) {
        if (knownStage.test(stage)) facts.push({ kind: "stage", name: stage, where });
      }
    }
    if (top !== "Resources") continue;
    if (third === "Type" && /^AWS::(Serverless|Lambda)::Function$/.test(value)) {
      const code = filled(at(top, name, "Properties", "CodeUri")?.value);
      const handler = filled(at(top, name, "Properties", "Handler")?.value);
      facts.push({
        kind: "function",
        label: name,
        name: filled(at(top, name, "Properties", "FunctionName")?.value),
        handler:
          handler === undefined || code === undefined ? handler : `${code.replace(/\/+$/, "")}/${handler}`,
        where,
      });
    }
    const key = path.at(-1);
    if (key === "DBInstanceIdentifier" || key === "DBClusterIdentifier") {
      const identifier = filled(value);
      const engine = key === "DBInstanceIdentifier" ? "instance" : "cluster";
      // A reference to another resource is no name.
      if (identifier !== undefined && path.length === 4 && !/^!/.test(value)) {
        facts.push({ kind: "database", engine, identifier, where });
      }
    }
  }
  return facts;
}

function resolve(expression: string): string | undefined {
  return expression === "AWS::Region" ? "{region}" : usualVariable(expression);
}

/** `[prod.deploy.parameters]`, `region = "us-west-2"`. */
export function readSamConfig(file: string, text: string): Fact[] {
  const facts: Fact[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    const stage = /^\s*\[([\w-]+)\./.exec(line)?.[1];
    if (stage !== undefined && knownStage.test(stage)) facts.push({ kind: "stage", name: stage, where });
    const region = /^\s*region\s*=\s*["']([\w-]+)["']/.exec(line)?.[1];
    if (region !== undefined) facts.push({ kind: "region", region, where });
  });
  return facts;
}
