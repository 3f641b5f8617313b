import { excerpt } from "../../contract/redact.js";
import { RemoteError } from "../../remote/remote-error.js";
import type { Emit } from "../events.js";

/** What goes over by itself, however long it takes. */
const passing = new Set(["network", "throttled", "service_error"]);

export function isPassing(error: unknown): boolean {
  return error instanceof RemoteError && passing.has(error.code);
}

/** The log group comes with the function's first line. */
export function isMissingGroup(error: unknown): boolean {
  const name = error instanceof Error ? ((error.cause as Error | undefined)?.name ?? error.name) : "";
  return name === "ResourceNotFoundException";
}

/** Milliseconds in which the same is not said again. */
const silenceMs = 60_000;

/** Says what keeps a follower from reading, each kind of it at most once a minute. */
export function makeFaultTeller(group: string, emit: Emit): (error: unknown, now: number) => void {
  const told = new Map<string, number>();
  return (error, now) => {
    const missing = isMissingGroup(error);
    const code = error instanceof RemoteError ? error.code : "other";
    const key = missing ? "missing" : code;
    const before = told.get(key);
    if (before !== undefined && (missing || now - before < silenceMs)) return;
    told.set(key, now);
    if (missing) {
      emit({ type: "waiting", message: `Log group ${group} does not exist yet; waiting for it.` });
    } else emit({ type: "warning", code, message: words(error, code) });
  };
}

function words(error: unknown, code: string): string {
  const again = "Trying again; no line is left out.";
  if (code === "throttled") return `AWS turns reading the logs away because of too many requests. ${again}`;
  const said = error instanceof Error ? error.message : excerpt(String(error), 200);
  return `Logs cannot be read at the moment: ${said} ${again}`;
}
