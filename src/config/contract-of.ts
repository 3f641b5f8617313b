import type { Contract } from "../contract/contract.js";
import type { ContractConfig } from "./contract.js";
import { templateOf } from "./contract-template-of.js";

/** What the configuration says of a contract, defaults filled in. `expand` fills the placeholders of a function's name. */
export function contractOf(
  written: ContractConfig,
  stage: string,
  expand: (key: string, template: string) => string,
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
      const functionName = expand("contract.queryFunction", said.queryFunction);
      return {
        preset: "applied-list",
        query: { functionName, table: said.historyTable ?? "schema_migrations" },
      };
    }
    case "template":
      return templateOf(said, stage);
  }
}
