import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type ClientSettings, readTimeout } from "./clients.js";
import type { FunctionConfiguration, Invocation, InvokeOptions } from "./far-side.js";

/** Lambda's own default where an answer leaves a setting out. */
const defaultTimeoutSeconds = 3;

export interface FunctionAddress {
  functionName: string;
  qualifier?: string;
}

/** `once` never sends a request twice: the SDK as it ships would execute a lost answer three times. */
export function lambdaClient(settings: ClientSettings, attempts: "once" | "retry"): LambdaClient {
  return new LambdaClient({ ...settings, maxAttempts: attempts === "once" ? 1 : 3 });
}

/** The calls to one function. */
export function makeLambda(client: LambdaClient, address: FunctionAddress) {
  const named = {
    FunctionName: address.functionName,
    ...(address.qualifier === undefined ? {} : { Qualifier: address.qualifier }),
  };

  async function invoke(payload: unknown, options: InvokeOptions): Promise<Invocation> {
    const output = await client.send(
      new InvokeCommand({
        ...(options.functionName === undefined ? named : { FunctionName: options.functionName }),
        ...(options.type === "event"
          ? { InvocationType: "Event" as const }
          : { InvocationType: "RequestResponse" as const, LogType: "Tail" as const }),
        ...(payload === undefined ? {} : { Payload: Buffer.from(JSON.stringify(payload)) }),
      }),
      {
        requestTimeout: options.timeoutMs,
        ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
      },
    );
    const tail = output.LogResult;
    return {
      answer: {
        payload: Buffer.from(output.Payload ?? []).toString("utf8"),
        ...(output.FunctionError === undefined ? {} : { functionError: output.FunctionError }),
      },
      requestId: output.$metadata.requestId,
      logTail: tail === undefined ? undefined : Buffer.from(tail, "base64").toString("utf8"),
    };
  }

  async function configuration(): Promise<FunctionConfiguration> {
    const output = await client.send(new GetFunctionConfigurationCommand(named), readTimeout);
    return {
      timeoutSeconds: output.Timeout ?? defaultTimeoutSeconds,
      state: output.State ?? "Active",
      ...(output.StateReason === undefined ? {} : { stateReason: output.StateReason }),
      updateInProgress: output.LastUpdateStatus === "InProgress",
      logGroup:
        output.LoggingConfig?.LogGroup ?? `/aws/lambda/${output.FunctionName ?? address.functionName}`,
      ...(output.CodeSha256 === undefined ? {} : { codeSha256: output.CodeSha256 }),
      environment: output.Environment?.Variables ?? {},
    };
  }

  return { invoke, configuration };
}
