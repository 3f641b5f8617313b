import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { LocalResult } from "../workflow/results/local.js";

export const options = z.object({});

/** Stays until Ctrl-C or SIGTERM. The addresses are shown once they are good; scripts wait for them. */
export async function run(
  { withLocalStages, emit, signal }: Context,
  _options: z.output<typeof options>,
  show: (result: LocalResult) => void,
): Promise<LocalResult> {
  let others = 0;
  const onOthers = (count: number) => {
    if (count !== others) emit({ type: "note", message: othersText(count, others) });
    others = count;
  };
  const result = await withLocalStages(async (open) => {
    if (!signal.aborted) show(open.result);
    await Promise.race([interrupted(signal), open.lost]);
    return open.result;
  }, onOthers);
  emit({ type: "note", message: closedText(others) });
  return result;
}

function closedText(others: number): string {
  return others === 0
    ? "Closed: PostgreSQL, the endpoint and the handlers have stopped."
    : `Closed here; it goes on for ${commands(others)}, and stops with the last.`;
}

function othersText(now: number, before: number): string {
  const change = now > before ? "joined" : "left";
  return `A command ${change}: ${now === 0 ? "nobody else is here" : `${commands(now)} here besides this one`}`;
}

function commands(count: number): string {
  return count === 1 ? "1 command" : `${count} commands`;
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
