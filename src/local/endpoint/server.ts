import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { messageOf } from "../errors.js";
import { comesFromThisMachine, listenOnLoopback, readBody, send } from "../http.js";
import type { Services } from "../keeper/household.js";
import type { Answer, Operation } from "./answer.js";
import { AwsError, notImplemented } from "./errors.js";
import { answerLambda } from "./lambda.js";
import { logsOperations } from "./logs.js";
import { type Protocol, protocolOf } from "./protocol.js";
import { rdsOperations } from "./rds/operations.js";
import { stsOperations } from "./sts.js";

/** Above Lambda's limit for a payload, so that a payload too large gets Lambda's own refusal. */
const largestBody = 7_000_000;

export async function serveEndpoint(services: Services, log: (line: string) => void) {
  const server = createServer((request, response) => {
    const requestId = randomUUID();
    const protocol = protocolOf(request);
    handle(request, requestId, protocol, services)
      .catch((error: unknown) => {
        const known = error instanceof AwsError;
        if (!known) log(`${request.method} ${request.url} failed: ${messageOf(error)}`);
        return protocol.error(
          known ? error : new AwsError("ServiceException", messageOf(error), 500),
          requestId,
        );
      })
      .then((answer) => reply(response, requestId, answer));
  });
  return { server, url: `http://127.0.0.1:${await listenOnLoopback(server)}` };
}

function reply(response: ServerResponse, requestId: string, { status, headers, body }: Answer): void {
  send(response, status, { "x-amzn-requestid": requestId, ...headers }, body);
}

async function handle(
  request: IncomingMessage,
  requestId: string,
  protocol: Protocol,
  services: Services,
): Promise<Answer> {
  const body = await readBody(request, largestBody);
  if (!comesFromThisMachine(request)) {
    throw new AwsError(
      "AccessDeniedException",
      "Only programs on this machine may call migrate-remote local.",
      403,
    );
  }
  if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256")) {
    throw new AwsError(
      "MissingAuthenticationTokenException",
      "Sign the request; any AWS credentials will do.",
      403,
    );
  }
  if (body === undefined)
    throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
  if (!protocol.operations) return answerLambda(request, body, requestId, services);
  const { service, operation, name } = protocol.operations.call(body);
  const table = operationTables[service ?? ""] ?? {};
  const run = Object.hasOwn(table, operation) ? table[operation] : undefined;
  if (!run) throw notImplemented(name);
  return protocol.operations.answer(
    operation,
    await run(protocol.operations.parameters(body), services),
    requestId,
  );
}

const operationTables: Record<string, Record<string, Operation>> = {
  logs: logsOperations,
  rds: rdsOperations,
  sts: stsOperations,
};
