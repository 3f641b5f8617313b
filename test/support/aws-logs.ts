import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError } from "../../src/local/endpoint/errors.js";
import { filterLogEvents } from "../../src/local/endpoint/filter-log-events.js";
import type { LogEvent } from "../../src/local/logs/store.js";
import { type Answered, listen, service } from "./loopback.js";
import { type CliEnd, type CliOptions, runCli } from "./run-cli.js";

export interface Invoked {
  requestId: string;
  answer: unknown;
  /** The end of the log that comes with the answer. */
  tail?: string;
}

export interface AwsParts {
  group: string;
  contract?: string;
  /** What a function does with each event; undefined: its answer is lost. */
  invoke?: (event: Record<string, unknown>) => Invoked | undefined;
  /** Whether the function's configuration may be read. */
  configuration?: boolean | "missing";
}

export interface AwsLogs {
  cli: (argv: string[], options?: Partial<CliOptions>) => Promise<CliEnd>;
  /** Writes lines as the function would, one event each, from so many milliseconds before now on. */
  put: (stream: string, messages: string[], ago?: number) => void;
  /** What FilterLogEvents was asked for. */
  asked: Record<string, unknown>[];
  close: () => Promise<void>;
}

const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };

/** A Lambda function and its log group on loopback, whose lines a test writes itself. */
export async function awsLogs(parts: AwsParts): Promise<AwsLogs> {
  const events = new Map<string, LogEvent[]>();
  const asked: Record<string, unknown>[] = [];

  const put = (stream: string, messages: string[], ago = 60_000) => {
    const kept = events.get(stream) ?? [];
    events.set(stream, kept);
    for (const message of messages) {
      const timestamp = Math.max(Date.now() - ago, (kept.at(-1)?.timestamp ?? 0) + 1);
      const id = `${stream}:${kept.length}`;
      kept.push({ stream, timestamp, message: `${message}\n`, index: kept.length, id });
    }
  };

  const store = {
    append: () => {},
    groups: () => [{ name: parts.group, created: 0 }],
    streams: (group: string) => {
      if (group !== parts.group || events.size === 0) return undefined;
      const always = { created: 0, lastModified: Number.MAX_SAFE_INTEGER, bytes: 0 };
      return [...events.keys()].map((name) => ({ name, ...always }));
    },
    events: (_group: string, stream: string) => events.get(stream) ?? [],
  };

  function filter(body: string): Answered {
    const parameters = JSON.parse(body);
    asked.push(parameters);
    try {
      return { body: JSON.stringify(filterLogEvents(parameters, store)) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { status: 400, body: JSON.stringify({ __type: error.code, message: error.message }) };
    }
  }

  function invoke(body: string): Answered {
    const invoked = parts.invoke?.(JSON.parse(body));
    if (invoked === undefined) return { status: 500 };
    const headers: Record<string, string> = { "x-amzn-requestid": invoked.requestId };
    if (invoked.tail !== undefined)
      headers["x-amz-log-result"] = Buffer.from(invoked.tail).toString("base64");
    return { headers, body: JSON.stringify(invoked.answer) };
  }

  function configuration(): Answered {
    if (parts.configuration === false)
      return { status: 403, body: '{"__type":"AccessDeniedException","message":"no"}' };
    if (parts.configuration === "missing")
      return {
        status: 404,
        body: '{"__type":"ResourceNotFoundException","message":"Function not found: f"}',
      };
    const LoggingConfig = { LogFormat: "JSON", LogGroup: parts.group };
    return { body: JSON.stringify({ FunctionName: "f", Timeout: 30, State: "Active", LoggingConfig }) };
  }

  const server = await listen(
    service((request, body) => {
      if (request.headers["x-amz-target"] === "Logs_20140328.FilterLogEvents") return filter(body);
      if (request.url?.endsWith("/configuration")) return configuration();
      if (request.url?.endsWith("/invocations")) return invoke(body);
      return { status: 404, body: "{}" };
    }),
  );
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-logs-"));
  const stage = { endpoint: `http://127.0.0.1:${server.port}`, region: "eu-west-1" };
  const contract = parts.contract ?? "migrate-remote";
  const config = { project: "shop", contract, stages: { dev: stage } };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
  // The SDK's providers read the process's own environment.
  Object.assign(process.env, credentials);
  return {
    put,
    asked,
    cli: (argv, options = {}) => runCli(argv, { cwd, ...options }),
    close: async () => {
      for (const name of Object.keys(credentials)) delete process.env[name];
      await server.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
