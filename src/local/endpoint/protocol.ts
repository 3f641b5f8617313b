import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.js";
import { AwsError } from "./errors.js";
import { parseForm } from "./form.js";
import { toXml } from "./xml.js";

/** How a family of AWS services writes calls, answers and errors. */
export interface Protocol {
  error(error: AwsError, requestId: string): Answer;
  /** For services whose calls name an operation; REST services (Lambda) have paths instead. */
  operations?: OperationProtocol;
}

interface OperationProtocol {
  /** The service (undefined: none of ours) and operation that a call asks for. */
  call(body: Buffer): { service: string | undefined; operation: string; name: string };
  parameters(body: Buffer): unknown;
  answer(operation: string, result: unknown, requestId: string): Answer;
}

export function protocolOf(request: IncomingMessage): Protocol {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return jsonProtocol(target);
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return queryProtocol;
  return restProtocol;
}

const jsonServices: Record<string, string> = { Logs_20140328: "logs" };

function jsonProtocol(target: string): Protocol {
  const [prefix = "", operation = ""] = target.split(".");
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return {
    operations: {
      call: () => ({ service: jsonServices[prefix], operation, name: target }),
      parameters: parseJson,
      answer: (_operation, result) => ({ status: 200, headers, body: JSON.stringify(result) }),
    },
    error: ({ code, message, status }) => ({
      status: status === 404 ? 400 : status,
      headers: { ...headers, "x-amzn-errortype": code },
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}

/** The query protocol tells services apart by the version of their interface. */
const queryServices: Record<string, string> = { "2011-06-15": "sts", "2014-10-31": "rds" };

const queryProtocol: Protocol = {
  operations: {
    call(body) {
      const { Action = "", Version = "" } = namesOf(body);
      return {
        service: queryServices[Version],
        operation: Action,
        name: `${Action || "?"} (${Version || "no version"})`,
      };
    },
    parameters(body) {
      const { Action, Version, ...parameters } = parseForm(body.toString());
      return parameters;
    },
    answer: (operation, result, requestId) => ({
      status: 200,
      headers: { "content-type": "text/xml" },
      body: toXml({
        [`${operation}Response`]: {
          [`${operation}Result`]: result,
          ResponseMetadata: { RequestId: requestId },
        },
      }),
    }),
  },
  error: ({ code, message, status }, requestId) => ({
    status,
    headers: { "content-type": "text/xml" },
    body: toXml({
      ErrorResponse: {
        Error: { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message },
        RequestId: requestId,
      },
    }),
  }),
};

function namesOf(body: Buffer): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

const restProtocol: Protocol = {
  error: ({ code, message, status, details }) => ({
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ Type: status < 500 ? "User" : "Service", ...details, Message: message, message }),
  }),
};
