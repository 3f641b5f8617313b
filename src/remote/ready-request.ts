import { randomUUID } from "node:crypto";

/** What of a request changes from one body to the next; everything else of it stays the SDK's. */
interface HttpRequest {
  headers: Record<string, string>;
  body?: unknown;
}

interface Args {
  input: object;
  request: unknown;
}

/** The rest of a request's way through the SDK. */
type Next = (args: Args) => Promise<{ response: object; output: object }>;

/** As far as it is used of a command's middleware stack. */
interface Stack {
  addRelativeTo(
    // biome-ignore lint/suspicious/noExplicitAny: a command's own types of input and output, of which nothing is used.
    middleware: any,
    options: { name: string; relation: "before"; toMiddleware: string },
  ): void;
}

/** A request of the SDK's that is ready but for its signature, and where it goes from there. */
export interface ReadyRequest {
  args: Args;
  next: Next;
}

/** Has the SDK make a command's request ready: `send` hands the command to a client. Nothing is sent. */
export async function makeReady(stack: Stack, send: () => Promise<unknown>): Promise<ReadyRequest> {
  let ready: ReadyRequest | undefined;
  const stop = (next: Next) => async (args: Args) => {
    ready = { args, next };
    return { response: {}, output: { $metadata: {} } };
  };
  stack.addRelativeTo(stop, { name: "stop", relation: "before", toMiddleware: "httpSigningMiddleware" });
  await send();
  if (ready === undefined) throw new Error("The SDK was to stop before it signs a request, and did not.");
  return ready;
}

/**
 * Sends a body as that request. It is signed anew, and what comes back is read by the SDK, errors too. Left out is what it does for each
 * request and what comes out the same each time, and retries.
 */
export function sendReady({ args, next }: ReadyRequest, body: string): ReturnType<Next> {
  const request = args.request as HttpRequest;
  const headers = {
    ...request.headers,
    "content-length": String(Buffer.byteLength(body)),
    "amz-sdk-invocation-id": randomUUID(),
  };
  return next({ ...args, request: { ...request, headers, body } });
}
