import { expect, test } from "vitest";
import { RemoteError } from "../../../src/remote/remote-error.js";
import { patientPages } from "../../../src/workflow/logs/patient-pages.js";

const query = { group: "g", startTime: 0 };

/** Interrupted in the pause after so many calls, each of which is turned away. */
function interruptedAfter(pauses: number) {
  const controller = new AbortController();
  let slept = 0;
  const sleep = async () => {
    slept += 1;
    if (slept < pauses) return;
    controller.abort();
    controller.signal.throwIfAborted();
  };
  const logEvents = async () => {
    throw new RemoteError({ code: "throttled", message: "Rate exceeded", hint: "" });
  };
  const pacing = { now: () => 0, sleep, random: () => 0.5 };
  return patientPages({ logEvents }, { signal: controller.signal, emit: () => {}, pacing })(query);
}

test.each([1, 2, 3])(
  "who is interrupted while a fault is waited out is told of the fault (pause %i)",
  async (pause) => {
    await expect(interruptedAfter(pause)).rejects.toMatchObject({ code: "throttled" });
  },
);
