import type { Command } from "commander";

/** Declares a command's options, one after the other. */
export type DeclareOptions = (command: Command) => unknown;

/**
 * Has a command's options declared when somebody first looks at them: when it is the one that is asked for, when its own help is printed, at
 * completion. All of them together take longer than printing the list of commands, which says of each only whether it has any.
 */
export function declareLate(command: Command, declare: DeclareOptions): void {
  const { options } = command;
  let isDeclared = false;
  Object.defineProperty(command, "options", {
    get: () => {
      if (isDeclared) return options;
      // Declaring looks at what is declared already.
      isDeclared = true;
      declare(command);
      return options;
    },
  });
}
