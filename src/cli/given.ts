import { redact } from "../contract/redact.js";
import { completeCommands, completeFields, type Given } from "../output/recommend.js";
import type { WorkflowEvent } from "../workflow/events.js";
import { quoted } from "../workflow/snapshots/aws-command.js";
import type { GlobalOptions } from "./options.js";

/**
 * What a command line said of whom to ask, as commands that we recommend go on with it. What came from the environment
 * stays there. What looks like a secret, or has control characters in it, is not repeated.
 */
export function givenOn(
  options: Partial<Pick<GlobalOptions, "config" | "profile" | "region" | "stage">>,
): Given {
  const { config, profile, region, stage } = options;
  return { words: wordsOf({ config, profile, region }), stage: wordsOf({ stage }) };
}

function wordsOf(options: Record<string, string | undefined>): string {
  return Object.entries(options)
    .flatMap(([name, value]) =>
      value === undefined || isUntold(value) ? [] : [` --${name} ${quoted(value)}`],
    )
    .join("");
}

function isUntold(value: string): boolean {
  return redact(value) !== value || /\p{Cc}/u.test(value);
}

/** What is said on the way, in words of ours. What a log line says is the function's. */
export function completeEvent(event: WorkflowEvent, given: Given): WorkflowEvent {
  switch (event.type) {
    case "warning":
    case "note":
    case "way-back":
      return { ...completeFields(event, given), message: completeCommands(event.message, given) };
    case "restoring":
      return completeFields(event, given);
    default:
      return event;
  }
}
