/** The way to get what only our handler has. */
export function ourHandler(what: string): string {
  return `For ${what} put our handler into the function (contract migrate-remote).`;
}

const noLedger = "A ledger of runs comes with our handler (contract migrate-remote).";

/** What no Lambda but ours can be asked, each with the way to get it. */
export const onlyOurs = {
  "fix-history-dry-run":
    "What a repair of history would change only our handler says beforehand (contract migrate-remote).",
  "run-result": noLedger,
  "fence-run": noLedger,
  "list-runs": noLedger,
} as const;
