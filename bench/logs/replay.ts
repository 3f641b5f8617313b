import * as z from "zod";
import { startServer } from "../server-process.js";

const usage = z.object({ cpuMs: z.number(), requests: z.number() });

/** Starts the replay server; resolves when it listens. */
export function startReplay(events: number, latencyMs: number) {
  return startServer(new URL("./server.ts", import.meta.url), [String(events), String(latencyMs)], usage);
}
