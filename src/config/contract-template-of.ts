import type {
  Condition,
  ListAt,
  TemplateContract,
  TemplateOperation,
  TemplateReading,
} from "../contract/template/template.js";
import type { TemplateConfig } from "./contract-template.js";

type OperationConfig = TemplateConfig["run"];
type ReadingConfig = OperationConfig["read"];

/** A template as the configuration writes it, every shorthand written out. */
export function templateOf(written: TemplateConfig, stage: string): TemplateContract {
  return {
    preset: "template",
    name: written.name ?? "template",
    stage,
    run: operationOf(written.run),
    ...present("status", written.status, operationOf),
    ...present("dryRun", written.dryRun, operationOf),
    ...present("fixHistory", written.fixHistory, operationOf),
  };
}

function operationOf({ send, read }: OperationConfig): TemplateOperation {
  return { send, read: readingOf(read) };
}

function readingOf(read: ReadingConfig): TemplateReading {
  return {
    success: conditionsOf(read.success),
    failure: read.failure === undefined ? [] : conditionsOf(read.failure),
    ...present("error", read.error, (at) => at),
    ...present("message", read.message, (said) =>
      typeof said === "string" ? { at: said, base64: false } : { at: said.at, base64: said.base64 ?? false },
    ),
    ...present("state", read.state, (said) => (typeof said === "string" ? { at: said, states: {} } : said)),
    ...present("current", read.current, listOf),
    ...present("head", read.head, listOf),
    ...present("applied", read.applied, listOf),
    ...present("pending", read.pending, listOf),
    ...present("skipped", read.skipped, listOf),
    ...present("failed", read.failed, listOf),
  };
}

function conditionsOf(said: ReadingConfig["success"]): Condition[] {
  return (Array.isArray(said) ? said : [said]).map((one) => one as Condition);
}

function listOf(said: NonNullable<ReadingConfig["applied"]>): ListAt {
  if (typeof said === "string") return { at: said, revision: "" };
  return {
    at: said.at,
    revision: said.revision ?? "",
    ...(said.where === undefined ? {} : { where: said.where as Condition }),
  };
}

function present<Key extends string, In, Out>(
  key: Key,
  value: In | undefined,
  make: (value: In) => Out,
): { [K in Key]?: Out } {
  return value === undefined ? {} : ({ [key]: make(value) } as { [K in Key]?: Out });
}
