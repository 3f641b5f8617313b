import type { Contract } from "../contract/contract.js";
import type { ContractConfig } from "./contract.js";

/** What the configuration says of a contract, defaults filled in. `functionName` makes a function's name of a template. */
export function contractOf(
  written: ContractConfig,
  functionName: (key: string, template: string) => string,
): Contract {
  const said = typeof written === "string" ? { preset: written } : written;
  switch (said.preset) {
    case "migrate-remote":
    case "admin-operation":
      return { preset: said.preset };
    case "empty-event":
      return { preset: "empty-event", payload: ("payload" in said ? said.payload : undefined) ?? "{}" };
    case "applied-list": {
      if (!("queryFunction" in said) || said.queryFunction === undefined) return { preset: "applied-list" };
      const name = functionName("contract.queryFunction", said.queryFunction);
      return {
        preset: "applied-list",
        query: { functionName: name, table: said.historyTable ?? "schema_migrations" },
      };
    }
  }
}
