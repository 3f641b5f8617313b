import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { cores, pinned } from "./measure.js";

export interface ServerProcess<U> {
  url: string;
  /** What it says of itself. */
  usage(): Promise<U>;
  close(): Promise<void>;
}

const loader = fileURLToPath(new URL("../.config/typescript.mjs", import.meta.url));

/** Starts a server as a process of its own, on the other core; resolves when it listens. It tells its port in its first line, and its usage at /usage. */
export async function startServer<S extends z.ZodType>(
  script: URL,
  args: string[],
  usage: S,
): Promise<ServerProcess<z.output<S>>> {
  const command = ["--import", loader, fileURLToPath(script), ...args];
  const child = spawn(...pinned(cores.server, process.execPath, command), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const line = await firstLine(createInterface({ input: child.stdout }));
  const { port } = z.object({ port: z.number() }).parse(JSON.parse(line));
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    usage: async () => usage.parse(await (await fetch(`${url}/usage`)).json()),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) return line;
  throw new Error("The server ended before it listened.");
}
