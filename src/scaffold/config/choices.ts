import type { ContractConfig } from "../../config/contract.js";
import type { PackageConfig } from "../../config/package.js";

/** What a file says, and where that was seen: `serverless.yml:12`, or a person's own word. */
export interface Said<T = string> {
  value: T;
  where: string;
}

/** All that a proposed `.migraterc.json` says. What is undefined could not be seen. */
export interface Choices {
  project: Said;
  region: Said | undefined;
  account: Said | undefined;
  /** A template. */
  functionName: Said | undefined;
  contract: Said<ContractConfig> | undefined;
  /** Those in AWS, production last. */
  stages: Said[];
  /** By stage. */
  databases: ReadonlyMap<string, DatabaseChoice>;
  local: LocalChoice | undefined;
  package: PackageConfig | undefined;
  /** What was seen and could not be decided, for people. */
  notes: string[];
}

export interface DatabaseChoice {
  engine: "instance" | "cluster";
  identifier: string;
  where: string;
}

export interface LocalChoice {
  handler: Said;
  contract: ContractConfig;
  queryHandler?: string;
  environment?: Record<string, string>;
}
