import { markOfChildren } from "../children.js";
import { accountId, credentials, type FunctionDefinition, logGroupOf, region } from "../functions.js";

export interface VariableSources {
  definition: FunctionDefinition;
  databaseUrl: string;
  runtimeApi: string;
  logStream: string;
  endpoint: string;
  language: "node" | "python";
  /** The runtime ends its output with this when an invocation is done. */
  outputMark: string;
  dataDirectory: string;
}

/**
 * A handler's environment: what Lambda sets, then what the function sets. None of the caller's AWS settings: its AWS calls
 * come to our endpoint, so that a handler tried at home cannot reach a real account by accident.
 */
export function handlerVariables(sources: VariableSources): Record<string, string> {
  const { definition, databaseUrl } = sources;
  const nodeVersion = process.versions.node.split(".")[0];
  return {
    ...definition.hostEnvironment,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    DATABASE_URL: databaseUrl,
    DbConnStr: databaseUrl,
    AWS_ENDPOINT_URL: sources.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ACCOUNT_ID: accountId,
    AWS_EC2_METADATA_DISABLED: "true",
    // Lambda's code folder cannot be written to; the user's must stay as it is.
    PYTHONDONTWRITEBYTECODE: "1",
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV:
      sources.language === "node" ? `AWS_Lambda_nodejs${nodeVersion}.x` : "AWS_Lambda_python3",
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(definition.name),
    AWS_LAMBDA_LOG_STREAM_NAME: sources.logStream,
    AWS_LAMBDA_RUNTIME_API: sources.runtimeApi,
    LAMBDA_TASK_ROOT: definition.root,
    LAMBDA_RUNTIME_DIR: definition.root,
    _HANDLER: definition.handler,
    MIGRATE_REMOTE_OUTPUT_MARK: sources.outputMark,
    [markOfChildren]: sources.dataDirectory,
  };
}
