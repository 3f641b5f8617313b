/** The way to get what only our handler has. */
export function ourHandler(what: string): string {
  return `For ${what} put our handler into the function (contract migrate-remote).`;
}

export const noLedger = "A ledger of runs comes with our handler (contract migrate-remote).";

export const noRepairDryRun =
  "What a repair of history would change only our handler says beforehand (contract migrate-remote).";
