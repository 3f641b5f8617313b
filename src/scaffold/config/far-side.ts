import type { ContractConfig } from "../../config/contract.js";
import type { Fact, FunctionFact, HandlerFact } from "../../project/facts/fact.js";
import type { Said } from "./choices.js";
import { templated } from "./names.js";

type Placed<T> = T & { where: string };

/** What the repository shows of the Lambda that migrates in AWS. */
export interface FarSide {
  /** Templates; more than one when nobody can say which. */
  names: Said[];
  /** Templates of every function that anything names, whatever it does. */
  taken: string[];
  contract: Said<ContractConfig> | undefined;
  /** Stages that stand in its name. */
  stages: Said[];
  /** The handler that it runs. */
  handler: Placed<HandlerFact> | undefined;
  notes: string[];
}

/**
 * The contract is taken from the code that the infrastructure names for this very function, or from what somebody sends it today. Code that
 * lies about elsewhere says nothing of it.
 */
export function farSideOf(facts: Fact[], project: string): FarSide {
  const handlers = facts.filter((fact) => fact.kind === "handler");
  const functions = facts.filter((fact) => fact.kind === "function");
  const invocations = facts.filter((fact) => fact.kind === "invocation");

  const migrating = functions.flatMap((one) => {
    const handler = handlers.find((code) => runs(one, code));
    if (handler?.contract === "query") return [];
    const isCalledSo = /migrat/i.test(`${one.label} ${one.name ?? ""} ${one.handler ?? ""}`);
    return handler === undefined && !isCalledSo ? [] : [{ name: one.name, where: one.where, handler }];
  });
  const invoked = invocations.filter(
    ({ name, event }) => event !== "sql" && (/migrat/i.test(name) || event === "admin_operation"),
  );

  const names = new Map<string, string>();
  const stages: Said[] = [];
  for (const { name, where } of [...migrating, ...invoked]) {
    const fit = name === undefined ? undefined : templated(name, project);
    if (fit === undefined) continue;
    if (!names.has(fit.template)) names.set(fit.template, where);
    if (fit.stage !== undefined) stages.push({ value: fit.stage, where });
  }
  const nameless = migrating.filter(({ name }) => name === undefined);
  const handler = handlerOf(migrating, invoked.length > 0, project);
  const sent = invoked.map(({ event, where }) => ({ event, where }));
  const all = [...functions, ...invocations].flatMap(({ name }) => {
    return name === undefined ? [] : [templated(name, project)?.template ?? name];
  });
  return {
    taken: [...new Set(all)],
    names: [...names].map(([value, where]) => ({ value, where })),
    contract: contractOf(handler, sent, queryNames(functions, handlers, invocations, project)),
    stages,
    handler,
    notes:
      names.size === 0
        ? nameless.map(
            ({ where }) =>
              `${where} declares a migration Lambda without a name that can be read here: its tool makes one up.`,
          )
        : [],
  };
}

interface Migrating {
  name: string | undefined;
  handler: Placed<HandlerFact> | undefined;
}

/**
 * The code of the function that has the name. That of one whose name is not known is taken for a function that only a pipeline names where
 * nothing but an empty event follows from it.
 */
function handlerOf(migrating: Migrating[], isInvoked: boolean, project: string): Migrating["handler"] {
  const isNamed = ({ name }: Migrating) => name !== undefined && templated(name, project) !== undefined;
  const named = migrating.filter(isNamed);
  if (named.length > 0) return onlyOne(named.map(({ handler }) => handler));
  const handler = onlyOne(migrating.map((one) => one.handler));
  const isHarmless = handler?.contract === "empty-event" || handler?.contract === "applied-list";
  return isInvoked && !isHarmless ? undefined : handler;
}

interface Sent {
  event: string | undefined;
  where: string;
}

function contractOf(
  handler: Placed<HandlerFact> | undefined,
  sent: Sent[],
  queries: Said[],
): Said<ContractConfig> | undefined {
  const first = onlyOne([...new Map(sent.map((one) => [one.event, one])).values()]);
  const isEmpty = first?.event === "none" || first?.event === "{}";
  if (handler === undefined) {
    // It is what it is sent today. Something else beside it, or something computed, and nobody knows.
    if (isEmpty) return { value: emptyEvent(first.event), where: first.where };
    if (first?.event === "admin_operation") return { value: "admin-operation", where: first.where };
    return undefined;
  }
  const { contract, where } = handler;
  if (contract === "empty-event") return { value: emptyEvent(first?.event), where };
  if (contract === "applied-list") {
    const query = onlyOne(queries);
    return {
      value: query === undefined ? contract : { preset: contract, queryFunction: query.value },
      where,
    };
  }
  // A pipeline that sends nothing to it was written for another Lambda than this code.
  return contract === "query" || sent.some(({ event }) => event === "none" || event === "{}")
    ? undefined
    : { value: contract, where };
}

function emptyEvent(event: string | undefined): ContractConfig {
  return event === "none" ? { preset: "empty-event", payload: "none" } : "empty-event";
}

function queryNames(
  functions: Placed<FunctionFact>[],
  handlers: Placed<HandlerFact>[],
  invocations: (Fact & { kind: "invocation" })[],
  project: string,
): Said[] {
  const declared = functions.filter((one) =>
    handlers.some((code) => code.contract === "query" && runs(one, code)),
  );
  const asked = invocations.filter(({ event }) => event === "sql");
  const all = [...declared, ...asked].flatMap(({ name, where }): [string, string][] => {
    const fit = name === undefined ? undefined : templated(name, project);
    return fit === undefined ? [] : [[fit.template, where]];
  });
  return [...new Map(all)].map(([value, where]) => ({ value, where }));
}

/** Its file and its export, both. */
function runs({ handler, code }: FunctionFact, { file, exported }: HandlerFact): boolean {
  return code === file && handler?.split(".").at(-1) === exported;
}

function onlyOne<T>(all: T[]): T | undefined {
  const [first, ...others] = [...new Set(all)];
  return others.length === 0 ? first : undefined;
}
