import { type AlarmFacts, alarmsFor } from "./alarms/alarms.js";
import { cloudFormation } from "./alarms/cloudformation.js";
import { terraform } from "./alarms/terraform.js";

export type AlarmFormat = "cloudformation" | "terraform";

/** One stage's alarms as the tool takes them, and what to know beforehand. Pure. */
export function alarmTemplate(facts: AlarmFacts, format: AlarmFormat): { template: string; notes: string[] } {
  const notes = notesOn(facts);
  const comments = [
    `Alarms on the migrations of stage ${facts.stage}: migrate-remote init --alarms ${format}`,
    ...notes,
    ...(format === "terraform"
      ? ["A module for each stage: another stage's resources have the same names."]
      : []),
  ];
  const write = format === "cloudformation" ? cloudFormation : terraform;
  return { template: write(alarmsFor(facts), comments), notes };
}

function notesOn({ stage, functionName, engine, ourHandler }: AlarmFacts): string[] {
  if (!ourHandler)
    return [
      "Only Lambda's own metrics: a function that catches a failed migration and answers as if nothing were wrong is not seen.",
      "migrate-remote's handlers write metrics of their own.",
    ];
  const last = functionName.slice(functionName.lastIndexOf("-") + 1);
  return [
    ...(engine === undefined
      ? ["Say what applies the migrations: it is a dimension of the handler's metrics."]
      : []),
    ...(last === stage
      ? []
      : [
          `Set MIGRATE_REMOTE_STAGE=${stage} on the function: its name does not tell the stage, a dimension of its metrics.`,
        ]),
  ];
}
