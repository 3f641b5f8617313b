/** Whether an environment variable such as AUTO_MIGRATE is on, in the words that people use for it. */
export function isSwitchedOn(value: string | undefined): boolean {
  return ["true", "1", "yes", "on"].includes(value?.trim().toLowerCase() ?? "");
}
