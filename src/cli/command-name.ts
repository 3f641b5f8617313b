/** A command's path: its parent's name, then its own. */
export type CommandName =
  | "status"
  | "run"
  | "fix-history"
  | "attach"
  | "runs"
  | "logs"
  | "snapshot create"
  | "snapshot list"
  | "snapshot wait"
  | "snapshot prune"
  | "snapshot restore"
  | "init"
  | "doctor"
  | "deploy"
  | "create"
  | "lint"
  | "local"
  | "completion";

/** What a result of this command says of itself: `{"command": "snapshot", "action": "list"}`. */
export function namedInJson(name: string | undefined): { command?: string; action?: string } {
  const [command, action] = name?.split(" ") ?? [];
  return { ...(command === undefined ? {} : { command }), ...(action === undefined ? {} : { action }) };
}
