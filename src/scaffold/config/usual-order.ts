const groups = [
  ["dev", "develop", "development", "sandbox"],
  ["qa", "test", "testing", "int", "integration", "uat", "preview", "demo"],
  ["stage", "stag", "staging", "preprod", "pre-prod"],
  ["prod", "production", "live"],
];

/** Where a stage stands on the way to production, which is last. */
export function rankOf(stage: string): number {
  return groups.findIndex((group) => group.includes(stage));
}

const synonyms = [
  ["dev", "develop", "development"],
  ["stage", "stag", "staging"],
  ["test", "testing"],
  ["int", "integration"],
  ["preprod", "pre-prod"],
  ["prod", "production", "live"],
];

/** Words for the same environment: a pipeline may say `production` for what the function's name calls `prod`. */
export function sameStage(a: string, b: string): boolean {
  return a === b || synonyms.some((group) => group.includes(a) && group.includes(b));
}
