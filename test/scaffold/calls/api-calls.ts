import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CallGraph, readCallGraph } from "./graph.js";

const commandsFolder = fileURLToPath(new URL("../../../src/commands/", import.meta.url));

/** Everything of AWS that a command may call, as `lambda:Invoke`, by the command as it is typed. */
export function callsByCommand(): Map<string, Set<string>> {
  const graph = readCallGraph(["commands", "workflow", "remote", "cli", "config", "contract", "project"]);
  return new Map(
    commandFiles()
      .filter((file) => graph.topLevel(`commands/${file}`, "run") !== undefined)
      .map((file) => [typed(file), callsFrom(graph, file)]),
  );
}

/** The files that are commands: those with a `run`. `snapshot/create.ts` is `snapshot create`; what stands in the folder of another one is its parts. */
function commandFiles(): string[] {
  return readdirSync(commandsFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.replaceAll("\\", "/"));
}

function typed(file: string): string {
  return file.replace(/\.ts$/, "").replace("/", " ");
}

function callsFrom(graph: CallGraph, file: string): Set<string> {
  const start = graph.topLevel(`commands/${file}`, "run");
  const seen = new Set<string>();
  const calls = new Set<string>();
  const waiting = start === undefined ? [] : [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const name of graph.imports.get(id) ?? []) {
      const call = callOf(name);
      if (call !== undefined) calls.add(call);
    }
    waiting.push(...(graph.edges.get(id) ?? []));
  }
  return calls;
}

/** `@aws-sdk/client-rds:CreateDBSnapshotCommand` → `rds:CreateDBSnapshot`; paginators and waiters name their call too. */
export function callOf(imported: string): string | undefined {
  const [, client, name = ""] = /^@aws-sdk\/client-([a-z-]+):(\w+)$/.exec(imported) ?? [];
  const call = /^(?:(\w+)Command|paginate(\w+))$/.exec(name);
  return client === undefined || call === null ? undefined : `${client}:${call[1] ?? call[2]}`;
}
