import type { Codec, RunOption } from "../codec.js";
import type { Operation, OperationKind } from "../operations.js";
import { fill, type PlaceholderValues, placeholdersIn } from "../template/placeholders.js";
import { readTemplate } from "../template/read.js";
import type { TemplateContract, TemplateOperation } from "../template/template.js";
import { onlyOurs, ourHandler } from "./unsupported.js";

/** A Lambda described in the configuration. It can do what is described there and nothing else. */
export function template(contract: TemplateContract): Codec {
  const operations: Partial<Record<OperationKind, TemplateOperation | undefined>> = {
    status: contract.status,
    "dry-run": contract.dryRun,
    run: contract.run,
    "fix-history": contract.fixHistory,
  };
  function operationOf({ kind }: Operation): TemplateOperation {
    const operation = operations[kind];
    // The nearest event might migrate.
    if (operation === undefined) throw new Error(`contract ${contract.name} has no event for ${kind}`);
    return operation;
  }
  return {
    contract: contract.name,
    unsupported: {
      ...(contract.status === undefined ? { status: describe("status", "status") } : {}),
      ...(contract.dryRun === undefined ? { "dry-run": describe("dryRun", "dry-run") } : {}),
      ...(contract.fixHistory === undefined ? { "fix-history": describe("fixHistory", "fix-history") } : {}),
      ...onlyOurs,
    },
    unsupportedOptions: {
      ...lacking(contract, "targetRevision"),
      ...lacking(contract, "fixHistory"),
    },
    tracksRuns: false,
    verification: contract.status === undefined ? "none" : "status",
    encode: (operation) => ({ payload: fill(operationOf(operation).send, valuesFor(operation, contract)) }),
    decode: (operation, said) => readTemplate(operationOf(operation).read, operation, said),
  };
}

function describe(key: string, what: string): string {
  return `If the function has an event for it that does not migrate, describe it as \`contract.${key}\` in the configuration. ${ourHandler(what)}`;
}

/** A plan made without the option that the run then carries would be another plan, so both must have it. */
function lacking({ run, dryRun }: TemplateContract, option: RunOption): Partial<Record<RunOption, string>> {
  const events = [["run", run] as const, ...(dryRun === undefined ? [] : [["dryRun", dryRun] as const])];
  const without = events.filter(([, { send }]) => !placeholdersIn(send).some(({ name }) => name === option));
  if (without.length === 0) return {};
  const keys = without.map(([key]) => `\`contract.${key}.send\``).join(" and ");
  return {
    [option]: `If the function takes it, write {${option}} into ${keys}. ${ourHandler(option === "fixHistory" ? "--fix-history" : "a target revision")}`,
  };
}

/** What each operation's placeholders stand for; a name that is not among the keys is an error of the configuration. */
function valuesFor(operation: Operation, { stage }: TemplateContract): PlaceholderValues {
  switch (operation.kind) {
    case "dry-run":
      return { stage, targetRevision: operation.targetRevision, fixHistory: operation.fixHistory };
    case "run":
      return {
        stage,
        targetRevision: operation.targetRevision,
        fixHistory: operation.fixHistory,
        runId: operation.run.runId,
        requestedBy: operation.run.requestedBy ?? "unknown",
      };
    case "fix-history":
      return {
        stage,
        revision: operation.revision,
        runId: operation.run.runId,
        requestedBy: operation.run.requestedBy ?? "unknown",
      };
    default:
      return { stage };
  }
}
