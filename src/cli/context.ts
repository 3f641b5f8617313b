import { dirname } from "node:path";
import type { Config } from "../config/schema.js";
import type { Target } from "../config/target.js";
import { codecFor } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import { once } from "../contract/once.js";
import type { Operation } from "../contract/operations.js";
import { makeRunId } from "../contract/run-id.js";
import type { Inspection } from "../remote/inspection.js";
import type { Remote } from "../remote/open.js";
import { sharedAccesses } from "../remote/shared-access.js";
import { refuseUnsupported } from "../workflow/ask.js";
import type { Emit } from "../workflow/events.js";
import type { RememberedRun, StageContext } from "../workflow/stage-context.js";
import { localTargets, type ReadConfig, readConfig, targetOf } from "./configuration.js";
import type { Host } from "./host.js";
import { expectFunctions, openLocalStage, type Scratch, withScratchDatabase } from "./local-stage.js";
import { type LocalStagesOptions, type OpenStages, openForOthers } from "./local-stages.js";
import type { GlobalOptions } from "./options.js";
import { type Questions, terminalQuestions } from "./questions.js";
import { revivable } from "./revivable.js";
import { type NotedPlace, placeOf, rememberRun } from "./run-files.js";

/** What a command is given. Cheap things are values; what can fail is a function. */
export interface Context {
  host: Host;
  options: GlobalOptions;
  emit: Emit;
  signal: AbortSignal;
  /** Where somebody is there to answer. */
  questions: Questions | undefined;
  /** Every stage's name, in the file's order. */
  stages: () => Promise<string[]>;
  /** What the configuration says, and where it is; undefined where there is none. */
  configuration: () => Promise<ReadConfig | undefined>;
  /** Holds the stages of this machine open for programs that are not ours, all of them or the one that `--stage` names. */
  withLocalStages: <T>(
    work: (open: OpenStages) => Promise<T>,
    onOthers: LocalStagesOptions["onOthers"],
  ) => Promise<T>;
  /** The stage that the options mean, or the one named; nothing is opened yet. */
  resolveStage: (name?: string) => Promise<ResolvedStage>;
  /** Opens a stage for as long as `work` takes. */
  openStage: <T>(stage: ResolvedStage, work: (stage: OpenedStage) => Promise<T>) => Promise<T>;
  /** Both, and the configuration's warnings told. `needs` is refused where the contract cannot do it, before a database is started for it. */
  withStage: <T>(
    work: (stage: OpenedStage) => Promise<T>,
    name?: string,
    needs?: Operation["kind"],
  ) => Promise<T>;
  /** An empty database of the embedded PostgreSQL beside the configuration, or beside the working directory. */
  withScratch: <T>(work: (scratch: Scratch) => Promise<T>) => Promise<T>;
}

/** A stage and the configuration that has it. */
export interface ResolvedStage {
  target: Target;
  config: Config;
  /** The configuration's file. */
  path: string;
}

export type OpenedStage = StageContext & { inspection: Inspection };

export interface ContextParts {
  host: Host;
  options: GlobalOptions;
  emit: Emit;
  signal: AbortSignal;
  /** A stage is about to be opened. */
  onTarget: (target: Target) => void;
  /** Takes the spinner away before a question. */
  beforeQuestion: () => void;
}

export function makeContext(parts: ContextParts): Context {
  const { host, options, emit, signal } = parts;
  let loading: Promise<ReadConfig> | undefined;
  const share = sharedAccesses();
  const requestedBy = once(host.requestedBy);
  const config = () => {
    loading ??= readConfig(host, options);
    return loading;
  };

  const configuration = () =>
    config().catch((error: unknown) => {
      if (error instanceof Failure && error.code === "config_missing") return undefined;
      throw error;
    });

  async function resolveStage(name?: string): Promise<ResolvedStage> {
    const { config: read, path } = await config();
    return { target: targetOf(read, name ?? options.stage, host, options), config: read, path };
  }

  async function openStage<T>(resolved: ResolvedStage, work: (stage: OpenedStage) => Promise<T>): Promise<T> {
    const { target, path } = resolved;
    parts.onTarget(target);
    const opened = await openRemoteOf(parts, resolved, share);
    try {
      const questions = terminalQuestions(host, parts.beforeQuestion);
      return await work({
        target,
        codec: codecFor(target.contract),
        farSide: opened.farSide,
        databases: opened.databases,
        code: opened.code,
        inspection: opened.inspection,
        emit,
        signal,
        now: host.now,
        makeRunId: () => makeRunId(host.now(), host.randomBytes(4)),
        requestedBy: requestedBy(),
        origin: once(async () => (await import("./origin.js")).originOf(host)),
        remember: (run) => remember(parts, { ...run, ...placeOf(target, path) }),
        loadSqlParser: async () => (await import("../workflow/sql-parser.js")).loadSqlParser(),
        reads: new Set(),
        ...(questions === undefined ? {} : { askPhrase: questions.ask }),
      });
    } finally {
      await opened.close();
    }
  }

  async function withLocalStages<T>(
    work: (open: OpenStages) => Promise<T>,
    onOthers: LocalStagesOptions["onOthers"],
  ): Promise<T> {
    const { config: read, path } = await config();
    const open = await openForOthers({
      path,
      project: read.project,
      dist: host.dist,
      stages: localTargets(read, host, options),
      progress: (message) => emit({ type: "waiting", message }),
      onOthers,
    });
    try {
      return await work(open);
    } finally {
      await open.close();
    }
  }

  async function withStage<T>(
    work: (stage: OpenedStage) => Promise<T>,
    name?: string,
    needs?: Operation["kind"],
  ): Promise<T> {
    const resolved = await resolveStage(name);
    expectFunctions(resolved.target);
    if (needs !== undefined) refuseUnsupported(codecFor(resolved.target.contract), needs);
    for (const message of resolved.target.warnings) emit({ type: "warning", code: "config", message });
    return openStage(resolved, work);
  }

  return {
    host,
    options,
    emit,
    signal,
    resolveStage,
    openStage,
    withStage,
    withLocalStages,
    questions: terminalQuestions(host, parts.beforeQuestion),
    configuration,
    withScratch: async (work) => {
      const found = await configuration();
      const root = found === undefined ? host.cwd : dirname(found.path);
      const progress = (message: string) => emit({ type: "waiting", message });
      return withScratchDatabase({ root, dist: host.dist, progress }, work);
    },
    stages: async () => Object.keys((await config()).config.stages),
  };
}

/** A machine that cannot keep notes still migrates: the ledger knows the run too. */
async function remember({ host, emit }: ContextParts, run: RememberedRun & NotedPlace): Promise<void> {
  try {
    await rememberRun(host.env, run);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    emit({
      type: "warning",
      code: "run_not_noted",
      message: `Run ${run.runId} could not be noted on this machine: ${reason}`,
    });
  }
}

/** Only the endpoint differs between a local stage and AWS: there is one code path behind it. */
async function openRemoteOf(
  parts: ContextParts,
  { config, path, target }: ResolvedStage,
  share: ReturnType<typeof sharedAccesses>,
): Promise<Remote> {
  const { host, emit, beforeQuestion } = parts;
  const { openRemote } = await import("../remote/open.js");
  const { clientSettings } = await import("../remote/clients.js");
  if (target.local === undefined) {
    const askMfaCode = terminalQuestions(host, beforeQuestion)?.askMfaCode;
    const options = askMfaCode === undefined ? {} : { askMfaCode };
    const { region, endpoint, profile, roleArn, mfaSerial } = target;
    const key = JSON.stringify([region, endpoint, profile, roleArn, mfaSerial]);
    const { settings, clients, release } = share(key, () => clientSettings(target, host.env, options));
    return { ...openRemote(target, settings, clients), close: async () => release() };
  }
  const local = target.local;
  return revivable(async () => {
    const session = await openLocalStage({
      root: dirname(path),
      dist: host.dist,
      project: config.project,
      target,
      local,
      progress: (message) => emit({ type: "waiting", message }),
    });
    const { endpoint, region, credentials } = session;
    const address = { ...target, endpoint, region };
    const remote = openRemote(address, () => clientSettings({ endpoint, region, credentials }, {}));
    const close = async () => {
      await remote.close();
      await session.close();
    };
    return { ...remote, close };
  });
}
