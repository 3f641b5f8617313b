import type { InitSighting } from "../../workflow/results/init.js";
import type { Choices, Said } from "./choices.js";

/** Where each value was seen, in the order of the file. */
export function sightings({
  project,
  region,
  account,
  functionName,
  contract,
  local,
  stages,
  databases,
}: Choices): InitSighting[] {
  const one = (what: string, said: Said | undefined): InitSighting[] =>
    said === undefined ? [] : [{ what, ...said }];
  return [
    ...one("project", project),
    ...one("region", region),
    ...one("account", account),
    ...one("function", functionName),
    ...one(
      "contract",
      contract === undefined ? undefined : { value: nameOf(contract.value), where: contract.where },
    ),
    ...one("local", local?.handler),
    ...stages.flatMap((stage) => one(`stage ${stage.value}`, stage)),
    ...[...databases].map(([stage, { identifier, where }]) => ({
      what: `${stage}.database`,
      value: identifier,
      where,
    })),
  ];
}

function nameOf(contract: NonNullable<Choices["contract"]>["value"]): string {
  return typeof contract === "string" ? contract : contract.preset;
}
