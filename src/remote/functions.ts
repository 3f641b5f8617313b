import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { FunctionConfiguration } from "./far-side.js";

/** Lambda's own default where an answer leaves a setting out. */
const defaultTimeoutSeconds = 3;

export async function functionConfiguration(
  client: LambdaClient,
  functionName: string,
): Promise<FunctionConfiguration> {
  const output = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  return {
    timeoutSeconds: output.Timeout ?? defaultTimeoutSeconds,
    state: output.State ?? "Active",
    ...(output.StateReason === undefined ? {} : { stateReason: output.StateReason }),
    updateInProgress: output.LastUpdateStatus === "InProgress",
    logGroup: output.LoggingConfig?.LogGroup ?? `/aws/lambda/${output.FunctionName ?? functionName}`,
    ...(output.CodeSha256 === undefined ? {} : { codeSha256: output.CodeSha256 }),
    environment: output.Environment?.Variables ?? {},
  };
}
