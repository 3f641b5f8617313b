import type { Host } from "./host.js";

export interface Questions {
  ask: (question: string) => Promise<string>;
  askMfaCode: (serial: string) => Promise<string>;
}

/** In a pipeline nobody watches and nobody answers, whatever its streams look like. */
export function isCi({ CI }: Host["env"]): boolean {
  return CI !== undefined && !["", "0", "false"].includes(CI);
}

/** Questions go to the terminal, on stderr so that stdout stays the result's. Without a terminal there are none. */
export function terminalQuestions(host: Host, before: () => void): Questions | undefined {
  if (isCi(host.env) || host.stdin.isTTY !== true || host.stderr.isTTY !== true) return undefined;
  const ask = async (question: string) => {
    before();
    const { input } = await import("@inquirer/prompts");
    // No tick once it is answered: whether the answer is right is found out afterwards.
    const theme = { prefix: "?" };
    return input({ message: question, theme }, { input: host.stdin, output: host.stderr });
  };
  return { ask, askMfaCode: (serial) => ask(`MFA code for ${serial}`) };
}
