import { type IncomingMessage, request } from "node:http";

export interface NextInvocation {
  requestId: string;
  deadline: number;
  functionArn: string;
  payload: string;
}

/** Lambda's Runtime API, from the side of the runtime. A connection a request: none has to survive being frozen. */
export function createApiClient(api: string) {
  const send = (
    method: string,
    path: string,
    body = "",
  ): Promise<{ message: IncomingMessage; text: string }> =>
    new Promise((resolve, reject) => {
      const url = `http://${api}/2018-06-01/runtime/${path}`;
      const headers = {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      };
      const sent = request(url, { method, headers, agent: false }, (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.on("end", () => resolve({ message, text: Buffer.concat(chunks).toString() }));
        message.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });

  return {
    async post(path: string, body: string): Promise<void> {
      await send("POST", path, body);
    },
    async next(): Promise<NextInvocation> {
      // Whoever gave us work is gone: there is nobody left to answer to.
      const { message, text } = await send("GET", "invocation/next").catch(() => process.exit(1));
      const header = (name: string): string => String(message.headers[name] ?? "");
      return {
        requestId: header("lambda-runtime-aws-request-id"),
        deadline: Number(header("lambda-runtime-deadline-ms")),
        functionArn: header("lambda-runtime-invoked-function-arn"),
        payload: text,
      };
    },
  };
}
