import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { comesFromThisMachine, listenOnLoopback, readBody, send } from "../http.js";

/** Lambda's limit for an answer, in bytes. */
export const largestAnswer = 6_291_556;

export interface Delivery {
  requestId: string;
  payload: Buffer;
  deadline: number;
  functionArn: string;
}

/** What an execution environment's runtime says, and what happens to its process. */
export type RuntimeEvent =
  | { type: "next"; deliver: (delivery: Delivery) => void }
  | { type: "response"; requestId: string; payload: Buffer }
  | { type: "oversized"; requestId: string }
  | { type: "error"; requestId: string; payload: Buffer }
  | { type: "initError"; payload: Buffer }
  | { type: "outputComplete" }
  | { type: "exit"; reason: string };

/** The Lambda Runtime API for one execution environment. */
export async function serveRuntimeApi(
  put: (event: RuntimeEvent) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    answer(request, response, put).catch(() => response.destroy());
  });
  return { server, port: await listenOnLoopback(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  put: (event: RuntimeEvent) => void,
): Promise<void> {
  const path = /^\/2018-06-01\/runtime\/(.*)$/.exec(request.url ?? "")?.[1];
  if (path === undefined || !comesFromThisMachine(request)) return refuse(response, 404, "NotFound");
  if (request.method === "GET" && path === "invocation/next") {
    put({ type: "next", deliver: (delivery) => deliver(response, delivery) });
    return;
  }
  if (request.method !== "POST") return refuse(response, 405, "MethodNotAllowed");
  const payload = await readBody(request, largestAnswer);
  if (path === "init/error") {
    put({ type: "initError", payload: payload ?? Buffer.from("{}") });
    return accept(response);
  }
  const [, requestId, kind] = /^invocation\/([\w-]+)\/(response|error)$/.exec(path) ?? [];
  if (requestId === undefined || (kind !== "response" && kind !== "error"))
    return refuse(response, 404, "NotFound");
  if (payload === undefined) {
    put({ type: "oversized", requestId });
    return refuse(response, 413, "RequestEntityTooLarge");
  }
  put({ type: kind, requestId, payload });
  accept(response);
}

function deliver(response: ServerResponse, { requestId, payload, deadline, functionArn }: Delivery): void {
  const headers = {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": requestId,
    "lambda-runtime-deadline-ms": String(deadline),
    "lambda-runtime-invoked-function-arn": functionArn,
  };
  send(response, 200, headers, payload);
}

function accept(response: ServerResponse): void {
  send(response, 202, { "content-type": "application/json" }, '{"status":"OK"}\n');
}

function refuse(response: ServerResponse, status: number, errorType: string): void {
  send(
    response,
    status,
    { "content-type": "application/json" },
    JSON.stringify({ errorType, errorMessage: errorType }),
  );
}
