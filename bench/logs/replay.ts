import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { cores, pinned } from "../measure.js";

export interface Replay {
  url: string;
  /** What it has spent so far. */
  usage(): Promise<{ cpuMs: number; requests: number }>;
  close(): Promise<void>;
}

const loader = fileURLToPath(new URL("../../.config/typescript.mjs", import.meta.url));
const server = fileURLToPath(new URL("./server.ts", import.meta.url));
const usageSchema = z.object({ cpuMs: z.number(), requests: z.number() });

/** Starts the replay server as a process of its own; resolves when it listens. */
export async function startReplay(events: number, latencyMs: number): Promise<Replay> {
  const args = ["--import", loader, server, String(events), String(latencyMs)];
  const child = spawn(...pinned(cores.server, process.execPath, args), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const line = await firstLine(createInterface({ input: child.stdout }));
  const { port } = z.object({ port: z.number() }).parse(JSON.parse(line));
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    usage: async () => usageSchema.parse(await (await fetch(`${url}/usage`)).json()),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) return line;
  throw new Error("The replay server ended before it listened.");
}
