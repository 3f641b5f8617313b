import { describe, expect, test } from "vitest";
import { adminOperation } from "../../src/contract/codecs/admin-operation.js";
import { appliedList } from "../../src/contract/codecs/applied-list.js";
import { emptyEvent } from "../../src/contract/codecs/empty-event.js";
import { migrateRemote } from "../../src/contract/codecs/migrate-remote.js";
import { emptyHistory } from "../../src/workflow/history-view.js";
import type { PlannedRun } from "../../src/workflow/plan-run.js";
import { refuseUntoldHead, requireHead } from "../../src/workflow/require-head.js";
import type { StageContext } from "../../src/workflow/stage-context.js";

const contextOf = (codec: StageContext["codec"]) => ({ codec, target: { stage: "dev" } }) as StageContext;
const inRepository = async () => ["001", "002_b", "003_c"];
const required = { from: "option", revision: "003", inRepository } as const;

function plan(parts: {
  heads?: string[];
  state?: "up_to_date" | "empty";
  stop?: PlannedRun["stop"];
}): PlannedRun {
  const { heads = [], state, stop } = parts;
  return {
    view: { ...emptyHistory, headRevisions: heads, ...(state === undefined ? {} : { state }) },
    migrations: [],
    revisions: [],
    hasLedger: false,
    isKnown: true,
    repairsFirst: false,
    ...(stop === undefined ? {} : { stop }),
  };
}

/** The code of what was thrown, and how the command ends. */
async function endOf(work: () => void | Promise<void>): Promise<[string, string] | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code, category } = error as { code: string; category: string };
    return [code, category];
  }
}

describe("a required head", () => {
  const nothingToDo = { outcome: "nothing_to_do" } as const;
  const unreachable = {
    outcome: "not_started",
    error: { code: "database_unreachable", message: "no" },
  } as const;
  const stale: [string, string] = ["stale_code", "refused"];
  const untold: [string, string] = ["unsupported_operation", "usage"];

  test.each([
    ["is there", migrateRemote, plan({ heads: ["003_c"] }), undefined],
    ["is there, among others", adminOperation, plan({ heads: ["a1", "003"] }), undefined],
    ["is not there", adminOperation, plan({ heads: ["002"] }), stale],
    [
      "is not there, and so nothing is pending",
      migrateRemote,
      plan({ heads: ["002"], stop: nothingToDo }),
      stale,
    ],
    ["is not there: our code has no migrations at all", migrateRemote, plan({ state: "empty" }), stale],
    ["is not told by a contract that tells none", adminOperation, plan({ state: "up_to_date" }), untold],
    [
      "cannot be told because the plan could not be made",
      migrateRemote,
      plan({ stop: unreachable }),
      undefined,
    ],
  ])("%s", async (_, codec, planned, end) => {
    expect(await endOf(() => requireHead(contextOf(codec), required, planned))).toEqual(end);
    expect(await endOf(() => requireHead(contextOf(codec), undefined, planned))).toBeUndefined();
  });

  test("that neither side has is a mistake of whoever typed it, where the repository can be read", async () => {
    const asked = (known?: string[]) => () =>
      requireHead(
        contextOf(migrateRemote),
        { from: "option", revision: "004", inRepository: async () => known },
        plan({ heads: ["002_b"] }),
      );
    expect(await endOf(asked(["002_b", "003_c"]))).toEqual(["unknown_revision", "usage"]);
    expect(await endOf(asked())).toEqual(stale);
  });

  test("is refused before anything is sent where nothing would ever tell it", async () => {
    const silent = emptyEvent({ preset: "empty-event", payload: "{}" });
    expect(await endOf(() => refuseUntoldHead(contextOf(silent), required))).toEqual(untold);
    expect(await endOf(() => refuseUntoldHead(contextOf(silent), undefined))).toBeUndefined();
    const asked = appliedList({ preset: "applied-list", query: { functionName: "q", table: "t" } });
    expect(await endOf(() => refuseUntoldHead(contextOf(asked), required))).toBeUndefined();
  });
});
