import type { Host } from "./host.js";
import { pipelineOf } from "./pipeline.js";

export interface Questions {
  ask: (question: string) => Promise<string>;
  /** Enter alone is no. */
  confirm: (question: string) => Promise<boolean>;
  /** Enter alone is the first. */
  choose: <T extends string>(question: string, choices: { value: T; name: string }[]) => Promise<T>;
  askMfaCode: (serial: string) => Promise<string>;
}

/** Questions go to the terminal, on stderr so that stdout stays the result's. Without a terminal there are none. */
export function terminalQuestions(host: Host, before: () => void): Questions | undefined {
  // Standard input last: Node makes its stream when it is first looked at.
  if (pipelineOf(host.env) !== undefined || host.stderr.isTTY !== true || host.stdin.isTTY !== true)
    return undefined;
  const ask = async (question: string) => {
    before();
    const { input } = await import("@inquirer/prompts");
    // No tick once it is answered: whether the answer is right is found out afterwards.
    const theme = { prefix: "?" };
    return input({ message: question, theme }, { input: host.stdin, output: host.stderr });
  };
  const streams = { input: host.stdin, output: host.stderr };
  return {
    ask,
    confirm: async (message) => {
      before();
      const { confirm } = await import("@inquirer/prompts");
      return confirm({ message, default: false, theme: { prefix: "?" } }, streams);
    },
    choose: async (message, choices) => {
      before();
      const { select } = await import("@inquirer/prompts");
      return select({ message, choices, theme: { prefix: "?" } }, streams);
    },
    askMfaCode: (serial) => ask(`MFA code for ${serial}`),
  };
}
