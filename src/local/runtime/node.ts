// The program that runs a Node handler: Lambda's Runtime API on one side, the handler's function on the other.
import { pathToFileURL } from "node:url";
import { createApiClient, type NextInvocation } from "./node-client.js";
import { prefixConsole } from "./node-console.js";
import { type ErrorDocument, errorDocument } from "./node-errors.js";
import { callHandler, type Handler, loadHandler } from "./node-handler.js";

const variables = process.env;
const client = createApiClient(variables.AWS_LAMBDA_RUNTIME_API ?? "");
const writeOut = process.stdout.write.bind(process.stdout);
const outputMark = variables.MIGRATE_REMOTE_OUTPUT_MARK ?? "";
delete variables.MIGRATE_REMOTE_OUTPUT_MARK;

const current = { requestId: undefined as string | undefined };
const logError = prefixConsole(writeOut, () => current.requestId);

/** Whatever nobody caught ends the process, as in Lambda; who waits for the answer gets to know it. */
function endOn(event: "uncaughtException" | "unhandledRejection", exitCode: number): void {
  process.on(event, async (reason: unknown) => {
    const document = errorDocument(reason);
    if (event === "unhandledRejection") {
      document.errorMessage = `${document.errorType}: ${document.errorMessage}`;
      document.errorType = "Runtime.UnhandledPromiseRejection";
    }
    logError(event === "unhandledRejection" ? "Unhandled Promise Rejection" : "Uncaught Exception", document);
    await postError(document).catch(() => {});
    process.exit(exitCode);
  });
}

function postError(document: ErrorDocument): Promise<void> {
  const path = current.requestId ? `invocation/${current.requestId}/error` : "init/error";
  return client.post(path, JSON.stringify(document));
}

async function load(): Promise<Handler> {
  try {
    return await loadHandler(pathToFileURL(process.argv[2] ?? "").href, variables._HANDLER ?? "");
  } catch (error) {
    const document = errorDocument(error);
    logError("Uncaught Exception", document);
    await client.post("init/error", JSON.stringify(document));
    process.exit(1);
  }
}

async function answer(handler: Handler, invocation: NextInvocation): Promise<void> {
  let result: string;
  try {
    result = JSON.stringify(await callHandler(handler, invocation)) ?? "null";
  } catch (error) {
    const document = errorDocument(error);
    logError("Invoke Error", document);
    return postError(document);
  }
  await client.post(`invocation/${invocation.requestId}/response`, result);
}

endOn("uncaughtException", 129);
endOn("unhandledRejection", 128);
const handler = await load();
for (;;) {
  // The keeper reads our output through a pipe and our answers through a socket; this tells it that it has all of the former.
  await new Promise<void>((resolve) => writeOut(`${outputMark}\n`, () => resolve()));
  const invocation = await client.next();
  current.requestId = invocation.requestId;
  await answer(handler, invocation);
  current.requestId = undefined;
}
