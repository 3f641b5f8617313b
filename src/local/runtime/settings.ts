import type { FunctionDefinition } from "../functions.js";
import type { HandlerFile } from "../handler-file.js";
import type { LogStore } from "../logs/store.js";

export interface EnvironmentSettings {
  definition: FunctionDefinition;
  handler: HandlerFile;
  databaseUrl: string;
  endpoint: string;
  dataDirectory: string;
  logs: LogStore;
  /** Our runtime clients, by the handler's language. */
  runtimeFiles: { node: string; python: string };
}
