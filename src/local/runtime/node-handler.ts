import type { NextInvocation } from "./node-client.js";
import { runtimeError } from "./node-errors.js";

type Callback = (error?: unknown, result?: unknown) => void;
export type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

/** Imports the file and finds the export, which may be nested: `handler.api.migrate`. */
export async function loadHandler(url: string, name: string): Promise<Handler> {
  const module = await importModule(url);
  const [, ...path] = name.slice(name.lastIndexOf("/") + 1).split(".");
  // Node does not see every way in which CommonJS exports; then all of it is the default export.
  const found = lookUp(module, path) ?? lookUp(module.default, path);
  if (found === undefined)
    throw runtimeError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof found !== "function") throw runtimeError("Runtime.HandlerNotFound", `${name} is not a function`);
  return found as Handler;
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
      throw runtimeError("Runtime.ImportModuleError", String(error));
    }
    if (error instanceof SyntaxError) throw runtimeError("Runtime.UserCodeSyntaxError", String(error));
    throw error;
  }
}

function lookUp(from: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
    return (value as Record<string, unknown>)[key];
  }, from);
}

/** Promise or callback, whichever the handler uses. */
export function callHandler(handler: Handler, invocation: NextInvocation): Promise<unknown> {
  const event: unknown = JSON.parse(invocation.payload);
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, contextOf(invocation, callback), callback);
    if (isThenable(returned) || handler.length < 3) resolve(returned);
  });
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function contextOf({ requestId, deadline, functionArn }: NextInvocation, callback: Callback) {
  const variables = process.env;
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: (): number => deadline - Date.now(),
    done: callback,
    succeed: (result: unknown): void => callback(null, result),
    fail: (error: unknown): void => callback(error ?? new Error("failed")),
  };
}
