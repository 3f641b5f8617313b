import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { aws, withoutAws } from "./aws.js";
import { aFunction, project } from "./support.js";

it.skipIf(withoutAws)("is driven by the aws command line", async () => {
  const { open, dataDirectory } = await project();
  const session = await open([aFunction("hello.handler"), aFunction("modes.handler")]);
  const out = join(dirname(dataDirectory), "out.json");

  expect(await aws(session, "sts", "get-caller-identity")).toMatchObject({ Account: "000000000000" });
  const invoked = await aws(
    session,
    "lambda",
    "invoke",
    "--function-name",
    "hello-handler",
    "--log-type",
    "Tail",
    out,
  );
  expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  const { requestId } = JSON.parse(readFileSync(out, "utf8"));
  expect(Buffer.from(invoked.LogResult, "base64").toString()).toContain(`END RequestId: ${requestId}`);

  // Version 2 of the command line takes payloads as base64 unless told otherwise; a file in binary is the same for both.
  const failed = await aws(session, "lambda", "invoke", "--function-name", "modes-handler", out);
  expect(failed.FunctionError).toBe("Unhandled");
  const configuration = await aws(
    session,
    "lambda",
    "get-function-configuration",
    "--function-name",
    "hello-handler",
  );
  expect(configuration).toMatchObject({ State: "Active", Handler: "hello.handler" });

  const group = ["--log-group-name", "/aws/lambda/hello-handler"];
  const filter = ["--filter-pattern", `"${requestId}"`];
  const { events } = await aws(session, "logs", "filter-log-events", ...group, ...filter, "--max-items", "2");
  expect(events.map((event: { message: string }) => event.message.split(" ")[0])).toEqual([
    "START",
    expect.stringMatching(/INFO\thello/),
  ]);
  const streams = await aws(session, "logs", "describe-log-streams", ...group);
  expect(streams.logStreams).toHaveLength(1);

  await expect(aws(session, "lambda", "list-functions")).rejects.toThrow(
    /UnknownOperationException.*migrate-remote local does not implement GET \/2015-03-31\/functions/,
  );
  await expect(aws(session, "logs", "filter-log-events", "--log-group-name", "/nowhere")).rejects.toThrow(
    /ResourceNotFoundException/,
  );
});
