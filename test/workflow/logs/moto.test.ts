import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientSettings } from "../../../src/remote/clients.js";
import type { FarSide } from "../../../src/remote/far-side.js";
import { openRemote, type Remote } from "../../../src/remote/open.js";
import { RemoteError } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { followLogs } from "../../../src/workflow/logs/follow.js";
import { startMoto } from "../../support/moto.js";
import { hasTool } from "../../support/tools.js";

const group = "/aws/lambda/followed";
const access = { region: "eu-west-1", credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "b" } };
const streams = ["a", "b", "c", "d", "e"];

// What followLogs is tested with elsewhere was written beside it; this Logs was not.
describe.skipIf(!hasTool("moto_server"))("against moto", () => {
  let server: Awaited<ReturnType<typeof startMoto>>;
  let remote: Remote;
  let writer: CloudWatchLogsClient;
  beforeAll(async () => {
    server = await startMoto();
    const address = { functionName: "f", region: "eu-west-1", endpoint: server.endpoint };
    remote = openRemote(address, () => clientSettings({ ...access, endpoint: server.endpoint }, {}));
    writer = new CloudWatchLogsClient({ ...access, endpoint: server.endpoint });
  });
  afterAll(async () => {
    writer.destroy();
    await remote.close();
    await server.close();
  });

  /** Forty lines in each stream, a third of them written up to nine seconds ago. */
  async function put(batch: number): Promise<void> {
    for (const logStreamName of streams) {
      const logEvents = Array.from({ length: 40 }, (_, index) => ({
        timestamp: Date.now() - (index % 3 === 0 ? (index * 1_237 + batch * 311) % 9_000 : 0),
        message: `${batch}-${logStreamName}-${index}`,
      })).sort((a, b) => a.timestamp - b.timestamp);
      await writer.send(new PutLogEventsCommand({ logGroupName: group, logStreamName, logEvents }));
    }
  }

  test("every line once: the group comes later, a third is late, half of the calls are turned away", async () => {
    const batches = 50;
    const shown: string[] = [];
    const told: WorkflowEvent[] = [];
    let late = 0;
    let calls = 0;
    let now = 0;
    // What is written goes before the call that may see it, so that nothing here waits.
    const farSide: Pick<FarSide, "logEvents"> = {
      logEvents: async (query) => {
        calls += 1;
        if (calls === 4) await writer.send(new CreateLogGroupCommand({ logGroupName: group }));
        for (const logStreamName of calls === 4 ? streams : []) {
          await writer.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
        }
        if (calls >= 4 && calls < 4 + batches) await put(calls - 4);
        if (calls % 2 === 0)
          throw new RemoteError({ code: "throttled", message: "Rate exceeded", hint: "-" });
        return remote.farSide.logEvents(query);
      },
    };
    await followLogs(farSide, {
      group,
      since: Date.now() - 20_000,
      onEvent: (event, how) => {
        shown.push(event.message);
        if (how.late) late += 1;
      },
      emit: (event) => told.push(event),
      done: ({ caughtUp }) => caughtUp && calls > 4 + batches + 10,
      signal: new AbortController().signal,
      patience: "passing",
      clock: {
        now: () => now,
        delay: async (ms) => {
          now += ms;
        },
        random: () => 0.5,
      },
    });
    expect(shown).toHaveLength(batches * streams.length * 40);
    expect(new Set(shown).size).toBe(shown.length);
    expect(late).toBeGreaterThan(1_000);
    expect(told.map((event) => event.type)).toContain("waiting");
    expect(told.filter((event) => event.type === "warning")[0]).toMatchObject({ code: "throttled" });
  });
});
