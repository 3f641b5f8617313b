import type { PackageConfig } from "../../config/package.js";

/** A handler that `init` writes: its files, and what the configuration says of it. Paths are relative to the repository. */
export interface WrittenHandler {
  /** As `local.handler` has it. */
  handler: string;
  /** As the function in AWS has it, where the zip's root is its folder. */
  lambdaHandler: string;
  runtime: string;
  /** The file that is the handler. */
  file: string;
  files: { path: string; content: string; summary?: string }[];
  /** Of a local stage. */
  environment: Record<string, string>;
  /** What the function needs besides the connection. */
  variables: Record<string, string>;
  package: PackageConfig;
  /** What `package` makes that belongs into no repository. */
  ignored: string[];
}

export const handlerFolder = "lambda/migrate";
