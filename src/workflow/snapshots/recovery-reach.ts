import { Failure } from "../../contract/failure.js";
import type { Database } from "../../remote/databases.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { patiently } from "./patiently.js";
import { pollMs } from "./poll.js";

/**
 * Waits until point-in-time recovery reaches a moment (ISO 8601): RDS puts its log away about every five minutes, so what was just now cannot be
 * had at once. `deadline`: milliseconds since the epoch.
 *
 * @throws Failure `point_in_time_off`, `point_in_time_out_of_reach`, `restore_timed_out`
 */
export async function whenReachable(
  context: StageContext,
  original: Database,
  moment: string,
  deadline: number,
): Promise<void> {
  const { databases, emit, now, signal, target } = context;
  const what = `${original.kind} ${original.identifier}`;
  const otherwise = `See what snapshots there are: migrate-remote snapshot list --stage ${target.stage}`;
  if (original.backupRetentionDays === 0) {
    throw new Failure(
      "point_in_time_off",
      `Point-in-time recovery is off for ${what}: it keeps no backups. Nothing was made.`,
      { category: "error", hint: otherwise },
    );
  }
  const began = now().getTime();
  let told: string | undefined;
  for (;;) {
    const window = await patiently(context, deadline, () => databases.recoveryWindow(original, { signal }));
    const { earliest, latest } = window ?? {};
    if (earliest !== undefined && Date.parse(moment) < Date.parse(earliest)) {
      throw new Failure(
        "point_in_time_out_of_reach",
        `${moment} is too long ago: point-in-time recovery of ${what} goes back to ${earliest}. Nothing was made.`,
        { category: "usage", hint: otherwise },
      );
    }
    if (latest !== undefined && Date.parse(latest) >= Date.parse(moment)) return;
    const reach = latest === undefined ? "does not reach any moment yet" : `reaches ${latest}`;
    const time = now().getTime();
    if (time >= deadline) {
      throw new Failure(
        "restore_timed_out",
        `Point-in-time recovery of ${what} still ${reach}, and not ${moment}. Nothing was made.`,
        { category: "error", hint: `Try again later, or with a longer --timeout. ${otherwise}` },
      );
    }
    if (told !== reach) {
      const most = Math.ceil((deadline - time) / 60_000);
      emit({
        type: "waiting",
        message: `Point-in-time recovery ${reach}; waiting until it reaches ${moment}, at most ${most} min (RDS lags about 5 min)`,
      });
      told = reach;
    }
    await delay(Math.min(pollMs(time - began), deadline - time), signal);
    signal.throwIfAborted();
  }
}
