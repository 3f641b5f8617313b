import ora, { type Ora } from "ora";

export type Spinner = Ora;

/** Whether somebody watches was decided by whoever asks for one; ora would look at the environment of its own process. */
export function makeSpinner(stream: NodeJS.WritableStream): Spinner {
  return ora({ stream, color: "cyan", discardStdin: false, hideCursor: true, isEnabled: true });
}
