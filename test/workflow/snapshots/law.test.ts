import { expect, test } from "vitest";
import type { Snapshot } from "../../../src/remote/databases.js";
import type { Consent } from "../../../src/workflow/consent.js";
import { invokeToWrite } from "../../../src/workflow/invoke.js";
import type { Permit } from "../../../src/workflow/permit.js";
import type { AvailableSnapshot } from "../../../src/workflow/snapshots/available.js";
import type { PreparedWayBack, WayBackOf } from "../../../src/workflow/snapshots/way-back.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

// The law is the compiler's: each of these has to be an error, and `npm run types` fails where one is none.

declare const snapshot: Snapshot;

function lawless() {
  // @ts-expect-error where a snapshot is required, none is no way back
  const none: WayBackOf["required"] = { kind: "none" };
  // @ts-expect-error nor is a snapshot that nobody saw available
  const unseen: AvailableSnapshot = { ...snapshot, status: "available" };
  // @ts-expect-error a way back is prepared by the stage's policy, by nobody else
  const prepared: PreparedWayBack = { secure: async () => ({ kind: "none" }) };
  // @ts-expect-error consent is given by people
  const consent: Consent = {};
  // @ts-expect-error and a permit follows from both
  const permit: Permit = { stage: "prod", wayBack: { kind: "none" } };
  return { none, unseen, prepared, consent, permit };
}

test("what the compiler refuses is not run either", () => expect(lawless).toBeTypeOf("function"));

test("a permit for one stage opens no other", async () => {
  const permit = { stage: "dev", wayBack: { kind: "none" } } as unknown as Permit;
  const context = { target: { stage: "prod" } } as unknown as StageContext;
  const operation = { kind: "run", fixHistory: false, run: { runId: "r", part: 1 } } as const;
  await expect(invokeToWrite(context, permit, operation, { timeoutMs: 1 })).rejects.toThrow(
    /permit for stage dev/,
  );
});
