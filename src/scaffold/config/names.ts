import { knownStage } from "../../project/facts/fact.js";

export interface Templated {
  template: string;
  /** The stage that stood in its place, where it was written out. */
  stage: string | undefined;
}

/** `shop-migrate-dev` → `{project}-migrate-{stage}`; undefined where it cannot be a name of Lambda or RDS. */
export function templated(name: string, project: string): Templated | undefined {
  const plain = name.replace(/\{(stage|region)\}/g, "x");
  if (!/^[A-Za-z0-9][\w.:-]{0,139}$/.test(plain) || /[:.]$/.test(plain)) return undefined;
  const withStage = name.includes("{stage}") ? { template: name, stage: undefined } : stageApart(name);
  const { template } = withStage;
  const own = template.startsWith(`${project}-`) || template.startsWith(`${project}_`);
  return { ...withStage, template: own ? `{project}${template.slice(project.length)}` : template };
}

/** At the end or the beginning of the name. */
function stageApart(name: string): Templated {
  const end = /^(.+[-_])([a-z]+)$/.exec(name);
  if (end?.[2] !== undefined && knownStage.test(end[2]))
    return { template: `${end[1]}{stage}`, stage: end[2] };
  const start = /^([a-z]+)([-_].+)$/.exec(name);
  if (start?.[1] !== undefined && knownStage.test(start[1]))
    return { template: `{stage}${start[2]}`, stage: start[1] };
  return { template: name, stage: undefined };
}
