import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { unzipSync } from "fflate";
import { listen } from "./loopback.js";

/** A function as this service keeps it. Change it to make something happen behind the CLI's back. */
export interface KeptFunction {
  zip: Uint8Array;
  revisionId: string;
  packageType: "Zip" | "Image";
  architectures: string[];
  handler: string;
  runtime: string;
  environment: Record<string, string>;
  /** What the next reads answer as LastUpdateStatus; after them `Successful`. */
  updateStatuses: { LastUpdateStatus: string; LastUpdateStatusReason?: string }[];
  /** Alias → version. */
  aliases: Record<string, string>;
  /** The published ones, the first is version 1. */
  versions: Uint8Array[];
  /** What the function's status says besides. */
  report: Record<string, unknown>;
  /** Instead of a report. */
  functionError?: { errorType: string; errorMessage: string };
}

export interface Asked {
  action: "read" | "update" | "publish" | "alias" | "invoke" | "account";
  // biome-ignore lint/suspicious/noExplicitAny: whatever a client sent
  body: any;
}

/** What comes instead of an answer, before the service has done anything or after. */
export type Fault =
  | { status: number; type: string; message: string }
  | "lose the request"
  | "lose the answer"
  | undefined;

/**
 * Lambda's operations on a function's code, on loopback, with what moto does not have: revision ids, updates in progress, versions behind aliases, and a
 * function that answers a status from the migrations in its zip.
 */
export async function startCodeService(options: { account?: string } = {}) {
  const kept: KeptFunction = {
    zip: new Uint8Array(),
    revisionId: randomUUID(),
    packageType: "Zip",
    architectures: ["arm64"],
    handler: "index.handler",
    runtime: "nodejs22.x",
    environment: {},
    updateStatuses: [],
    aliases: {},
    versions: [],
    report: {},
  };
  const asked: Asked[] = [];
  const hooks: { fault: (asked: Asked) => Fault; before: (asked: Asked) => void } = {
    fault: () => undefined,
    before: () => {},
  };
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const one = actionOf(request, text);
    asked.push(one);
    hooks.before(one);
    const fault = hooks.fault(one);
    const isRefused = typeof fault === "object";
    const { status, headers, body } = isRefused
      ? problem(fault.status, fault.type, fault.message)
      : fault === "lose the request"
        ? { body: "" }
        : answer(kept, one, request, options.account);
    if (fault === undefined || isRefused) response.writeHead(status ?? 200, headers).end(body);
    else (request.socket as Socket).destroy();
  });
  const { port, close } = await listen(server);
  const count = (action: Asked["action"]) => asked.filter((one) => one.action === action).length;
  return { endpoint: `http://127.0.0.1:${port}`, close, kept, asked, hooks, count };
}

export const shaOf = (zip: Uint8Array) => createHash("sha256").update(zip).digest("base64");

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function actionOf({ url = "", method }: IncomingMessage, text: string): Asked {
  if (url.includes("/configuration")) return { action: "read", body: undefined };
  if (url === "/") return { action: "account", body: text };
  const body = text === "" ? undefined : JSON.parse(text);
  if (method === "PUT" && url.endsWith("/code")) return { action: "update", body };
  if (url.endsWith("/versions")) return { action: "publish", body };
  if (url.includes("/aliases/")) return { action: "alias", body };
  if (url.includes("/invocations")) return { action: "invoke", body };
  throw new Error(`${method} ${url} is not known here`);
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

function answer(kept: KeptFunction, { action, body }: Asked, request: IncomingMessage, account = ""): Answer {
  const url = new URL(request.url ?? "", "http://x");
  const qualifier = url.searchParams.get("Qualifier") ?? undefined;
  switch (action) {
    case "account":
      return {
        headers: { "content-type": "text/xml" },
        body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      };
    case "read":
      return described(kept, qualifier, kept.updateStatuses.shift());
    case "update":
      if (body.RevisionId !== undefined && body.RevisionId !== kept.revisionId)
        return problem(412, "PreconditionFailedException", "The RevisionId provided does not match");
      kept.zip = Buffer.from(body.ZipFile, "base64");
      kept.revisionId = randomUUID();
      return described(kept, undefined, { LastUpdateStatus: "InProgress" });
    case "publish": {
      if (body.CodeSha256 !== shaOf(kept.zip))
        return problem(400, "InvalidParameterValueException", "CodeSHA256 is different from current");
      const last = kept.versions.at(-1);
      if (last === undefined || shaOf(last) !== shaOf(kept.zip)) kept.versions.push(kept.zip);
      return { status: 201, ...described(kept, String(kept.versions.length)) };
    }
    case "alias": {
      const name = url.pathname.split("/").at(-1) ?? "";
      if (!Object.hasOwn(kept.aliases, name))
        return problem(404, "ResourceNotFoundException", "no such alias");
      kept.aliases[name] = body.FunctionVersion;
      return { body: JSON.stringify({ Name: name, FunctionVersion: body.FunctionVersion }) };
    }
    case "invoke":
      if (kept.functionError !== undefined) {
        const headers = { "x-amz-function-error": "Unhandled" };
        return { headers, body: JSON.stringify(kept.functionError) };
      }
      return { body: JSON.stringify(statusOf(kept, qualifier)) };
  }
}

function described(kept: KeptFunction, qualifier: string | undefined, status = {}): Answer {
  const [zip, version] = behind(kept, qualifier);
  if (zip === undefined) return problem(404, "ResourceNotFoundException", `Function not found: ${qualifier}`);
  const { packageType, architectures, handler, runtime, environment, revisionId } = kept;
  return {
    body: JSON.stringify({
      FunctionName: "f",
      Timeout: 20,
      State: "Active",
      LastUpdateStatus: "Successful",
      CodeSha256: shaOf(zip),
      RevisionId: revisionId,
      Version: version,
      PackageType: packageType,
      Architectures: architectures,
      Handler: handler,
      Runtime: runtime,
      Environment: { Variables: environment },
      ...status,
    }),
  };
}

function behind(kept: KeptFunction, qualifier = "$LATEST"): [Uint8Array | undefined, string] {
  if (qualifier === "$LATEST") return [kept.zip, qualifier];
  const version = kept.aliases[qualifier] ?? qualifier;
  return [kept.versions[Number(version) - 1], version];
}

function problem(status: number, type: string, message: string): Answer {
  return {
    status,
    headers: { "x-amzn-errortype": type },
    body: JSON.stringify({ Message: message, Type: "User" }),
  };
}

/** Contract migrate-remote; the head is the last migration of what is invoked. */
function statusOf(kept: KeptFunction, qualifier: string | undefined) {
  const [zip = kept.zip] = behind(kept, qualifier);
  const paths = zip.byteLength === 0 ? [] : Object.keys(unzipSync(zip));
  const head = paths
    .flatMap((path) => /^migrations\/(.*)\.sql$/.exec(path)?.[1] ?? [])
    .sort()
    .at(-1);
  return {
    operation: "status",
    success: true,
    state: "up_to_date",
    current_revisions: [],
    head_revisions: head === undefined ? [] : [head],
    migrations: [],
    problems: [],
    ...kept.report,
  };
}
