import type { Server } from "node:http";
import { clientSettings } from "../../../src/remote/clients.js";
import type { Databases } from "../../../src/remote/databases.js";
import { makeDatabases } from "../../../src/remote/rds/databases.js";
import { type Answered, type Listening, listen, service } from "../../support/loopback.js";
import { credentials } from "../support.js";

export const region = "eu-west-1";

/** The databases at this endpoint, and what lets their sockets go. */
export async function databasesAt(endpoint: string): Promise<{ databases: Databases; close: () => void }> {
  const settings = clientSettings({ endpoint, region, credentials }, {});
  return { databases: makeDatabases(settings), close: () => settings.requestHandler.destroy() };
}

/** One request as RDS reads it: `Action` and the rest. */
export type Asked = Record<string, string>;

export interface Scripted {
  endpoint: string;
  databases: Databases;
  asked: Asked[];
  /** What was asked under this name. */
  of: (action: string) => Asked[];
  close: () => Promise<void>;
}

/** An RDS that answers as it is told, by the action's name; several answers are given one after the other, the last again and again. */
export async function scripted(script: Record<string, Answered | Answered[]>): Promise<Scripted> {
  const asked: Asked[] = [];
  const server: Server = service((_, body) => {
    const request = Object.fromEntries(new URLSearchParams(body));
    const action = request.Action ?? "";
    const answers = [script[action] ?? failure(400, "InvalidAction", `no script for ${action}`)].flat();
    const count = asked.filter(({ Action }) => Action === action).length;
    asked.push(request);
    return answers[Math.min(count, answers.length - 1)] ?? {};
  });
  const listening: Listening = await listen(server);
  const endpoint = `http://127.0.0.1:${listening.port}`;
  const { databases, close } = await databasesAt(endpoint);
  return {
    endpoint,
    databases,
    asked,
    of: (action) => asked.filter(({ Action }) => Action === action),
    close: async () => {
      close();
      await listening.close();
    },
  };
}

const namespace = "http://rds.amazonaws.com/doc/2014-10-31/";

/** The answer of RDS's query protocol to an action. */
export function result(action: string, inner: string): Answered {
  const body = `<${action}Response xmlns="${namespace}"><${action}Result>${inner}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`;
  return { headers: { "content-type": "text/xml" }, body };
}

export function failure(status: number, code: string, message: string): Answered {
  const body = `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

/** `<name>value</name>` for each. */
export function xml(values: Record<string, string | number | boolean>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("");
}
