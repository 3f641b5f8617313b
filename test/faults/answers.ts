import type { IncomingMessage } from "node:http";
import type { Fate } from "./plan.js";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** How a service is spoken to: Lambda and CloudWatch Logs in JSON, STS and RDS in forms and XML. */
export type Wire = "json" | "query";

export type Failing = "throttled" | "expired" | 500 | 502 | 503;

/** What the service answers in place of doing what it was asked. */
export function failure(failing: Failing, wire: Wire): Answer {
  const { status, code, message } = told[wire](failing);
  return wire === "json"
    ? {
        status,
        headers: { "content-type": "application/json", "x-amzn-errortype": code },
        body: Buffer.from(JSON.stringify({ message })),
      }
    : queryError(status, code, message);
}

interface Told {
  status: number;
  code: string;
  message: string;
}

const expired = "The security token included in the request is expired";

const told: Record<Wire, (failing: Failing) => Told> = {
  json(failing) {
    if (failing === "expired") return { status: 403, code: "ExpiredTokenException", message: expired };
    if (failing === "throttled")
      return { status: 429, code: "TooManyRequestsException", message: "A fault of the test: 429" };
    return { status: failing, code: "ServiceException", message: `A fault of the test: ${failing}` };
  },
  query(failing) {
    if (failing === "expired") return { status: 403, code: "ExpiredToken", message: expired };
    if (failing === "throttled") return { status: 400, code: "Throttling", message: "Rate exceeded" };
    const code = failing === 503 ? "ServiceUnavailable" : "InternalFailure";
    return { status: failing, code, message: `A fault of the test: ${failing}` };
  },
};

function queryError(status: number, code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${error}<RequestId>a-fault</RequestId></ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body: Buffer.from(body) };
}

/** RDS's answer about a snapshot as it would be after this fate. */
export function rewritten(answer: Answer, fate: Fate): Answer {
  const xml = answer.body.toString();
  const withBody = (text: string) => ({ ...answer, body: Buffer.from(text) });
  switch (fate) {
    case "status-failed":
      return withBody(withStatus(xml, "failed"));
    case "never-available":
      return withBody(
        withStatus(xml, "creating").replace(/(<PercentProgress>)[^<]*/g, (_, tag: string) => `${tag}40`),
      );
    case "gone":
      return withBody(xml.replace(/<(DB(?:Cluster)?Snapshot)>[\s\S]*?<\/\1>/g, ""));
    case "not-found": {
      const code = xml.includes("DBClusterSnapshot")
        ? "DBClusterSnapshotNotFoundFault"
        : "DBSnapshotNotFound";
      return queryError(404, code, "There is no such snapshot.");
    }
  }
}

function withStatus(xml: string, status: string): string {
  return xml.replace(/(<Status>)[^<]*/g, (_, tag: string) => `${tag}${status}`);
}

/** Each answer is framed anew: what came in chunks goes out with its length. */
export function framed({ "transfer-encoding": _, ...headers }: IncomingMessage["headers"], length: number) {
  return { ...headers, "content-length": length };
}

export function half(body: Buffer): Buffer {
  return body.subarray(0, Math.floor(body.length / 2));
}
