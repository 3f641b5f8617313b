import { dirname } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { recogniseProjects } from "../../project/recognise.js";
import type { AlarmFacts } from "../../scaffold/alarms/alarms.js";
import { type AlarmFormat, alarmTemplate } from "../../scaffold/alarms.js";
import type { InitAlarmsResult } from "../../workflow/results/init.js";

/** `init --alarms`: one stage's, since each may be in an account of its own. Nothing is written, and AWS is asked nothing. */
export async function printAlarms(context: Context, format: AlarmFormat): Promise<InitAlarmsResult> {
  const { target, path } = await context.resolveStage();
  const { stage } = target;
  if (target.local !== undefined)
    throw new Failure(
      "no_remote_stage",
      `Stage ${stage} runs on this machine: CloudWatch sees nothing of it.`,
      {
        category: "usage",
        hint: `Name a stage that AWS serves: migrate-remote init --alarms ${format} --stage STAGE`,
      },
    );
  const engine = await engineOf(dirname(path));
  const facts: AlarmFacts = {
    stage,
    functionName: target.functionShortName,
    ourHandler: target.contract.preset === "migrate-remote",
    ...(engine === undefined ? {} : { engine }),
  };
  return { command: "init", action: "alarms", stage, format, ...alarmTemplate(facts, format) };
}

/** What the repository's migrations are for, where there is one answer. */
async function engineOf(folder: string): Promise<AlarmFacts["engine"]> {
  const [engine, ...others] = new Set((await recogniseProjects(folder)).map((project) => project.engine));
  return others.length === 0 ? engine : undefined;
}
