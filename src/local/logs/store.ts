import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { readIfExists } from "../files.js";

const lineSchema = z.object({ t: z.number(), m: z.string() });

export interface LogEvent {
  stream: string;
  timestamp: number;
  message: string;
  /** The event's place in its stream. */
  index: number;
  id: string;
}

export interface LogStream {
  name: string;
  created: number;
  lastModified: number;
  bytes: number;
}

/** CloudWatch's groups and streams as folders and files that outlive the keeper: a line of JSON an event, only appended. */
export interface LogStore {
  append(group: string, stream: string, messages: string[]): void;
  groups(): { name: string; created: number }[];
  /** undefined: there is no such group. */
  streams(group: string): LogStream[] | undefined;
  events(group: string, stream: string): LogEvent[];
}

export function createLogStore(folder: string): LogStore {
  const groupFolder = (group: string): string => join(folder, encodeURIComponent(group));
  const fileOf = (group: string, stream: string): string =>
    join(groupFolder(group), `${encodeURIComponent(stream)}.ndjson`);

  return {
    append(group, stream, messages) {
      mkdirSync(groupFolder(group), { recursive: true, mode: 0o700 });
      const t = Date.now();
      const lines = messages.map((m) => `${JSON.stringify({ t, m })}\n`).join("");
      appendFileSync(fileOf(group, stream), lines, { mode: 0o600 });
    },
    groups: () =>
      namesIn(folder).map((name) => ({
        name: decodeURIComponent(name),
        created: Math.floor(statSync(join(folder, name)).birthtimeMs),
      })),
    streams(group) {
      if (!statSync(groupFolder(group), { throwIfNoEntry: false })?.isDirectory()) return undefined;
      return namesIn(groupFolder(group))
        .filter((name) => name.endsWith(".ndjson"))
        .map((name) => describe(join(groupFolder(group), name), name.slice(0, -".ndjson".length)));
    },
    events: (group, stream) => parse(readIfExists(fileOf(group, stream)) ?? "", stream),
  };
}

function describe(file: string, name: string): LogStream {
  const { birthtimeMs, mtimeMs, size } = statSync(file);
  return {
    name: decodeURIComponent(name),
    created: Math.floor(birthtimeMs),
    lastModified: Math.ceil(mtimeMs),
    bytes: size,
  };
}

function parse(text: string, stream: string): LogEvent[] {
  const key = createHash("sha256").update(stream).digest().readUIntBE(0, 6).toString().padStart(15, "0");
  return text.split("\n").flatMap((line, index) => {
    const event = parseLine(line);
    if (!event) return [];
    // As CloudWatch's: 56 digits, in the order of time, the same at every reading.
    const id = `${String(event.t).padStart(31, "0")}${key}${String(index).padStart(10, "0")}`;
    return [{ stream, timestamp: event.t, message: event.m, index, id }];
  });
}

/** A keeper that was killed may have left half a line at the end. */
function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  if (line === "") return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
