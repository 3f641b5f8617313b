import type { Target } from "../../config/target.js";
import type { Reading } from "../../remote/inspect/reading.js";
import type { FunctionSetup } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { awsCommand } from "../snapshots/aws-command.js";
import { check } from "./check.js";
import type { Usage } from "./usage.js";

export interface FunctionSeen {
  setup: Reading<FunctionSetup>;
  mayInvoke: Reading<true>;
  usage: Reading<Usage>;
  asyncRetries: Reading<number>;
  reservedConcurrency: Reading<number | undefined>;
}

export function functionChecks(target: Target, seen: FunctionSeen): Check[] {
  const { setup } = seen;
  const say = check("function_exists");
  if (!setup.known && setup.code === "function_not_found") return [say.failed(setup.message, setup.hint)];
  return [
    ...(setup.known
      ? [
          say.ok(
            `${target.functionName}${setup.value.runtime === undefined ? "" : `, ${setup.value.runtime}`}.`,
          ),
        ]
      : [say.unread(`The configuration of ${target.functionName}`, setup)]),
    ...(setup.known
      ? [
          stateCheck(target, setup.value),
          updateCheck(setup.value),
          autoMigrateCheck(target, setup.value),
          timeoutCheck(target, setup.value, seen.usage),
          memoryCheck(target, setup.value, seen.usage),
        ]
      : []),
    permissionCheck(target, seen.mayInvoke),
    retriesCheck(target, seen.asyncRetries),
    concurrencyCheck(target, seen.reservedConcurrency),
  ];
}

/** `aws lambda …` about this function. */
function lambda(target: Target, operation: string, ...words: string[]): string {
  return awsCommand(target, ["lambda", operation, "--function-name", target.functionName, ...words]);
}

function stateCheck(target: Target, { state, stateReason }: FunctionSetup): Check {
  const say = check("function_state");
  const why = stateReason === undefined ? "" : `: ${stateReason}`;
  switch (state) {
    case "Active":
      return say.ok("It is Active.");
    case "Inactive":
      return say.warning(
        `It is Inactive${why}. Lambda took its network interfaces away because it was long unused; the next call wakes it, in a minute or two.`,
        `Nothing, or wake it now: migrate-remote status --stage ${target.stage} waits for it, and so does run.`,
      );
    case "Pending":
      return say.warning(
        `It is Pending${why}.`,
        `Wait for it: ${awsCommand(target, ["lambda", "wait", "function-active-v2", "--function-name", target.functionName])}`,
      );
    default:
      return say.failed(
        `It is ${state}${why}.`,
        "Deploy it again; the reason above says what to mend first.",
      );
  }
}

function updateCheck({ updateStatus, updateReason }: FunctionSetup): Check {
  const say = check("function_update");
  const why = updateReason === undefined ? "" : `: ${updateReason}`;
  if (updateStatus === "Successful") return say.ok("Its last update was successful.");
  if (updateStatus === "InProgress")
    return say.warning(
      `An update is in progress${why}.`,
      "Wait until it is done; `run` waits by itself, five minutes at most.",
    );
  return say.failed(
    `Its last update is ${updateStatus}${why}. What runs is the code from before.`,
    "Deploy it again; the reason above says what to mend first.",
  );
}

function autoMigrateCheck(target: Target, { autoMigrate, variables }: FunctionSetup): Check {
  const say = check("auto_migrate");
  if (variables === undefined)
    return say.unknown("Whether AUTO_MIGRATE is on is not known: Lambda could not decipher the environment.");
  if (!autoMigrate) return say.ok("AUTO_MIGRATE is off.");
  const message = "AUTO_MIGRATE is on: any invocation may migrate, also a status.";
  const fix =
    "Set AUTO_MIGRATE=false on the function, where you deploy it; migrate with `migrate-remote run`.";
  return target.protected
    ? say.failed(`${message} On a protected stage nothing is sent to such a function.`, fix)
    : say.warning(message, fix);
}

/** Used so far of what there is: from here on it is a matter of luck. */
const nearly = 0.8;
/** Below this a migration of any size has no chance; Lambda's own default is 3 s. */
const shortSeconds = 60;

function timeoutCheck(target: Target, { timeoutSeconds }: FunctionSetup, usage: Reading<Usage>): Check {
  const say = check("function_timeout");
  const raise = (seconds: number) =>
    `Raise it where you deploy the function, or: ${lambda(target, "update-function-configuration", "--timeout", String(seconds))}`;
  const longest = usage.known ? usage.value.longestMs : undefined;
  if (longest !== undefined && longest > timeoutSeconds * 1000 * nearly)
    return say.warning(
      `Its timeout is ${timeoutSeconds} s, and its longest run of late took ${Math.round(longest / 1000)} s.`,
      timeoutSeconds >= 900
        ? "900 s is all that Lambda gives: split the migrations into smaller ones."
        : raise(900),
    );
  if (timeoutSeconds < shortSeconds)
    return say.warning(`Its timeout is ${timeoutSeconds} s: short for a migration.`, raise(300));
  const used = longest === undefined ? "" : `; the longest run of late took ${Math.ceil(longest / 1000)} s`;
  return say.ok(`Its timeout is ${timeoutSeconds} s${used}.`);
}

function memoryCheck(target: Target, { memoryMb }: FunctionSetup, usage: Reading<Usage>): Check {
  const say = check("function_memory");
  const most = usage.known ? usage.value.mostMemoryMb : undefined;
  if (most !== undefined && most > memoryMb * nearly)
    return say.warning(
      `It has ${memoryMb} MB, and used up to ${most} MB of late.`,
      `Raise it where you deploy the function, or: ${lambda(target, "update-function-configuration", "--memory-size", String(Math.min(10_240, memoryMb * 2)))}`,
    );
  return say.ok(`It has ${memoryMb} MB${most === undefined ? "" : `; it used up to ${most} MB of late`}.`);
}

/** That one may not is what was asked here, so it is no unknown. */
function permissionCheck({ functionName }: Target, mayInvoke: Reading<true>): Check {
  const say = check("invoke_permission");
  if (mayInvoke.known) return say.ok("These credentials may invoke it (a dry run, which executes nothing).");
  if (mayInvoke.code === "access_denied")
    return {
      ...say.failed(
        `These credentials may not invoke it: they lack ${mayInvoke.action}.`,
        `Allow ${mayInvoke.action} on ${functionName} to them, or use another --profile.`,
      ),
      missingPermission: mayInvoke.action,
    };
  return say.unread("Whether these credentials may invoke it", mayInvoke);
}

function retriesCheck(target: Target, retries: Reading<number>): Check {
  const say = check("async_retries");
  if (!retries.known) return say.unread("How often Lambda repeats an event", retries);
  if (retries.value === 0) return say.ok("Lambda repeats no event that failed.");
  return say.warning(
    `Lambda repeats an event that failed ${retries.value} times: with --detach, or whoever else sends one, a migration may be tried again.`,
    lambda(target, "put-function-event-invoke-config", "--maximum-retry-attempts", "0"),
  );
}

function concurrencyCheck(target: Target, reserved: Reading<number | undefined>): Check {
  const say = check("reserved_concurrency");
  if (!reserved.known) return say.unread("Its reserved concurrency", reserved);
  const { value } = reserved;
  if (value === 0)
    return say.failed(
      "Its reserved concurrency is 0: Lambda turns every call away.",
      lambda(target, "put-function-concurrency", "--reserved-concurrent-executions", "1"),
    );
  if (value === undefined)
    return say.ok("No concurrency is reserved for it; the lock in the database keeps runs apart.");
  return say.ok(
    value === 1
      ? "Its reserved concurrency is 1: while a run is at work, every other call is turned away."
      : `Its reserved concurrency is ${value}.`,
  );
}
