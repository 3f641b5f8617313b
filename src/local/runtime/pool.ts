import type { FunctionDefinition } from "../functions.js";
import { codeOf, findHandler } from "../handler-file.js";
import { type Environment, type Invocation, type Outcome, startEnvironment } from "./environment.js";
import type { EnvironmentSettings } from "./settings.js";

/** Lambda's own limit is the account's; here it keeps a mistake from starting processes without end. */
const mostEnvironments = 10;

export interface Pool {
  definition(): FunctionDefinition;
  /** Environments of the definition before take no new invocation; what they work on, they finish. */
  redefine(definition: FunctionDefinition): void;
  /** Runs on a warm environment or a new one; undefined when all that there may be are busy. */
  invoke(invocation: Invocation): Promise<Outcome | undefined>;
  /** Ends the environments that wait for work: frozen, they may hold a connection open. */
  retireIdle(): Promise<void>;
  stop(): Promise<void>;
  stopNow(): void;
}

export interface PoolServices
  extends Pick<EnvironmentSettings, "endpoint" | "dataDirectory" | "logs" | "runtimeFiles"> {
  /** Makes sure that the function's database can be used, and says where it is. */
  database(definition: FunctionDefinition): Promise<string>;
}

interface Member {
  environment: Promise<Environment>;
  started: Environment | undefined;
  version: string;
  busy: boolean;
}

export function createPool(initial: FunctionDefinition, services: PoolServices): Pool {
  let definition = initial;
  const members = new Set<Member>();

  function start(version: string, databaseUrl: string): Member {
    const handler = findHandler(definition.root, definition.handler);
    const environment = startEnvironment({ ...services, definition, handler, databaseUrl });
    const member: Member = { environment, started: undefined, version, busy: true };
    members.add(member);
    environment.then(
      (started) => {
        member.started = started;
      },
      () => members.delete(member),
    );
    return member;
  }

  async function retire(member: Member): Promise<void> {
    members.delete(member);
    const environment = await member.environment.catch(() => undefined);
    await environment?.stop();
  }

  /** An environment serves one definition and one state of the code, as if each change had been deployed. */
  async function acquire(): Promise<Member | undefined> {
    const databaseUrl = await services.database(definition);
    const code = codeOf(findHandler(definition.root, definition.handler));
    const version = JSON.stringify([definition, code.contents, databaseUrl]);
    const idle = [...members].filter((member) => !member.busy);
    const fits = (member: Member): boolean =>
      member.version === version && member.started?.isUsable() === true;
    const warm = idle.find(fits);
    if (warm) warm.busy = true;
    await Promise.all(idle.filter((member) => !fits(member)).map(retire));
    if (warm) return warm;
    return members.size < mostEnvironments ? start(version, databaseUrl) : undefined;
  }

  return {
    definition: () => definition,
    redefine(changed) {
      definition = changed;
    },
    async invoke(invocation) {
      const member = await acquire();
      if (!member) return undefined;
      const environment = await member.environment;
      try {
        const outcome = await environment.invoke(invocation);
        if (environment.isUsable()) member.busy = false;
        else await retire(member);
        return outcome;
      } catch (error) {
        // Nobody knows in what state it is.
        await retire(member);
        throw error;
      }
    },
    async retireIdle() {
      await Promise.all([...members].filter((member) => !member.busy).map(retire));
    },
    async stop() {
      await Promise.all([...members].map(retire));
    },
    stopNow() {
      for (const member of members) member.started?.stopNow();
    },
  };
}
