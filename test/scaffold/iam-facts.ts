import type { IamFacts } from "../../src/scaffold/iam/facts.js";

const plain: IamFacts = {
  stage: "prod",
  partition: "aws",
  region: "eu-west-1",
  account: "123456789012",
  function: { name: "shop-api-migrate-lambda-prod" },
  database: { kind: "instance", identifier: "shop-prod" },
  hasWayBack: true,
  snapshotPrefix: { instance: "migrate-remote-prod-", cluster: "migrate-remote-prod-" },
  ourHandler: true,
  repository: "acme/shop",
};

function without<Key extends keyof IamFacts>(facts: IamFacts, ...keys: Key[]): IamFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([key]) => !keys.includes(key as Key)),
  ) as unknown as IamFacts;
}

/** Stages of every kind that the policies tell apart. */
export const kindsOfStages: Record<string, IamFacts> = {
  "an instance": plain,
  "a cluster, an alias, a role": {
    ...plain,
    database: { kind: "cluster", identifier: "shop" },
    function: { name: "migrate", qualifier: "live" },
    roleArn: "arn:aws:iam::123456789012:role/migrate",
  },
  "a database that only the function knows": without(plain, "database"),
  "no way back at all": { ...without(plain, "database"), hasWayBack: false },
  "China, another function that reads, somebody's own handler": {
    ...plain,
    partition: "aws-cn",
    region: "cn-north-1",
    queryFunction: { name: "query", account: "210987654321", region: "cn-northwest-1" },
    ourHandler: false,
  },
  "neither account nor region": without(plain, "account", "region", "repository"),
  "names as long as they may be": {
    ...plain,
    stage: "s".repeat(64),
    function: { name: "f".repeat(64), qualifier: "q".repeat(128) },
    database: { kind: "cluster", identifier: "d".repeat(63) },
    snapshotPrefix: {
      instance: `migrate-remote-${"s".repeat(64)}-`,
      cluster: `migrate-remote-${"s".repeat(31)}-`,
    },
  },
};
