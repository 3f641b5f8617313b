import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { Invocation, InvokeOptions } from "./far-side.js";

/** Invokes and waits for the answer. How often the request may be sent is the client's setting, not this function's. */
export async function invoke(
  client: LambdaClient,
  functionName: string,
  payload: unknown,
  options: InvokeOptions,
): Promise<Invocation> {
  const output = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: "RequestResponse",
      LogType: "Tail",
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
    {
      requestTimeout: options.timeoutMs,
      ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
    },
  );
  return {
    answer: {
      payload: Buffer.from(output.Payload ?? []).toString("utf8"),
      ...(output.FunctionError === undefined ? {} : { functionError: output.FunctionError }),
    },
    requestId: output.$metadata.requestId,
    logTail:
      output.LogResult === undefined ? undefined : Buffer.from(output.LogResult, "base64").toString("utf8"),
  };
}
