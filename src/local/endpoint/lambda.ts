import type { IncomingMessage } from "node:http";
import { type FunctionDefinition, functionArn, functionNameOf } from "../functions.js";
import type { Services } from "../keeper/household.js";
import type { Answer } from "./answer.js";
import { describeFunction } from "./describe-function.js";
import { AwsError, notImplemented } from "./errors.js";
import { invokeFunction } from "./invoke.js";

/** Lambda's REST calls: a method and a path below the function's name. */
export async function answerLambda(
  request: IncomingMessage,
  body: Buffer,
  requestId: string,
  services: Services,
): Promise<Answer> {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, reference, rest] = /^\/2015-03-31\/functions\/([^/]+)(?:\/([^?]*))?$/.exec(pathname) ?? [];
  const call = `${request.method} ${rest ?? ""}`.trim();
  if (reference === undefined) throw notImplemented(`${request.method} ${pathname}`);
  if (call === "POST invocations") {
    return invokeFunction(request.headers, body, requestId, functionNamed(reference, services), services);
  }
  if (call === "GET") {
    const configuration = await describeFunction(functionNamed(reference, services));
    return json({ Configuration: configuration, Code: {}, Tags: {} });
  }
  if (call === "GET configuration") return json(await describeFunction(functionNamed(reference, services)));
  throw notImplemented(`${request.method} ${pathname}`);
}

function json(value: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

function functionNamed(encoded: string, services: Services): FunctionDefinition {
  const reference = decode(encoded);
  const name = functionNameOf(reference);
  if (name === undefined) {
    throw new AwsError("ValidationException", `${reference} is not a function's name or ARN.`, 400);
  }
  const found = services.findFunction(name);
  if (!found)
    throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn(name)}`, 404);
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
