import { createServer, type IncomingMessage } from "node:http";
import { type Answered, listen } from "./loopback.js";

/** How one operation is answered instead of by the AWS behind: wholly, never, or by a patch that is merged into that one's JSON. */
export type Amendment = (Answered & { never?: true }) | { patch: object } | "denied";

/** By the name that AWS's policies have for it: `lambda:GetFunctionConfiguration`. */
export type Amendments = Readonly<Record<string, Amendment>>;

/** A request as it came by. */
export interface Seen {
  operation: string;
  /** Lambda's `X-Amz-Invocation-Type`. */
  invocationType?: string;
  body: string;
}

/**
 * An AWS of which a part answers differently: as a whole reached as an HTTP proxy, so that it is asked under AWS's own names.
 * `HTTP_PROXY` is `url`, and the stage's endpoint is `ownName`.
 */
export async function amendedAws(behind: string) {
  let amendments: Amendments = {};
  let date: Date | undefined;
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    const invocationType = request.headers["x-amz-invocation-type"];
    seen.push({ operation, body, ...(typeof invocationType === "string" ? { invocationType } : {}) });
    const { status = 200, headers = {}, body: text = "{}", never } = await answer(request, operation, body);
    if (never === true) return;
    const clock = date === undefined ? {} : { date: date.toUTCString() };
    response.writeHead(status, { ...headers, ...clock }).end(text);
  });
  const { port, close } = await listen(server);

  async function answer(
    request: IncomingMessage,
    operation: string,
    body: string,
  ): Promise<Answered & { never?: true }> {
    const key =
      operation === "lambda:InvokeFunction" && request.headers["x-amz-invocation-type"] === "DryRun"
        ? "lambda:InvokeFunction (DryRun)"
        : operation;
    const amendment = amendments[key];
    if (amendment === "denied") return denied(operation, request);
    if (amendment !== undefined && !("patch" in amendment)) return amendment;
    const answered = await forward(behind, request, body);
    if (amendment === undefined) return answered;
    return {
      ...answered,
      body: JSON.stringify({ ...JSON.parse(answered.body ?? "{}"), ...amendment.patch }),
    };
  }

  return {
    url: `http://127.0.0.1:${port}`,
    ownName: "http://aws.eu-west-1.amazonaws.com",
    seen,
    amend: (next: Amendments, clock?: Date) => {
      amendments = next;
      date = clock;
      seen.length = 0;
    },
    close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Without the connection's own headers; moto finds the service by the signature. */
async function forward(
  behind: string,
  { method, url, headers }: IncomingMessage,
  body: string,
): Promise<Answered> {
  const { host: _host, connection: _connection, "content-length": _length, ...others } = headers;
  const answer = await fetch(`${behind}${pathOf(url)}`, {
    method: method ?? "GET",
    headers: others as Record<string, string>,
    ...(body === "" ? {} : { body }),
  });
  const type = answer.headers.get("content-type");
  const error = answer.headers.get("x-amzn-errortype");
  return {
    status: answer.status,
    headers: {
      ...(type === null ? {} : { "content-type": type }),
      ...(error === null ? {} : { "x-amzn-errortype": error }),
    },
    body: await answer.text(),
  };
}

/** A proxy is asked for whole URLs. */
function pathOf(url = "/"): string {
  if (!url.includes("://")) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function serviceOf({ headers }: IncomingMessage): string {
  const service = /\/([a-z]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1] ?? "";
  return service === "monitoring" ? "cloudwatch" : service;
}

function operationOf(request: IncomingMessage, body: string): string {
  const service = serviceOf(request);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return `${service}:${target.split(".")[1]}`;
  if (service === "lambda") return `lambda:${lambdaOperation(request)}`;
  return `${service}:${new URLSearchParams(body).get("Action")}`;
}

function lambdaOperation({ method, url }: IncomingMessage): string {
  const rest = pathOf(url).replace(/\?.*/, "").split("/").at(-1);
  const names: Record<string, string> = {
    invocations: "InvokeFunction",
    configuration: "GetFunctionConfiguration",
    concurrency: "GetFunctionConcurrency",
    "event-invoke-config": "GetFunctionEventInvokeConfig",
  };
  return names[rest ?? ""] ?? `${method} ${rest}`;
}

/** As AWS turns down who may not, in each protocol's way. */
function denied(operation: string, request: IncomingMessage): Answered {
  const message = `User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ${operation} on resource: * because no identity-based policy allows the ${operation} action`;
  if (request.headers["x-amz-target"] !== undefined)
    return { status: 400, body: JSON.stringify({ __type: "AccessDeniedException", message }) };
  if (operation.startsWith("lambda:"))
    return {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: JSON.stringify({ Message: message }),
    };
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
  return { status: 403, headers: { "content-type": "text/xml" }, body };
}
