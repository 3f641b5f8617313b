import type { Target } from "../../config/target.js";
import type { Database, DatabaseRef } from "../../remote/databases.js";
import type { SwitchOverStep } from "../results.js";
import { awsRds } from "./aws-command.js";
import { localSteps } from "./local-steps.js";
import { oldName } from "./restored-name.js";

/**
 * What is left to do by hand so that a restored database is used. None of it is done by us: which of the two is the right one is for people to
 * judge, with the data before their eyes. Pure.
 */
export function switchOverSteps(
  target: Target,
  original: DatabaseRef & { databaseName?: string },
  restored: Database,
): SwitchOverStep[] {
  const address = restored.endpoints[0];
  const where =
    address === undefined
      ? restored.identifier
      : `${address.host}${address.port === undefined ? "" : `:${address.port}`}`;
  if (target.local === undefined) return onRds(target, original, restored, where);
  return [
    ...localSteps(target.local, target.stage, {
      live: original.databaseName ?? original.identifier,
      restored: restored.databaseName ?? restored.identifier,
      where,
    }),
    { text: "See what the migrations say:", command: status(target) },
  ];
}

function onRds(target: Target, original: DatabaseRef, restored: Database, where: string): SwitchOverStep[] {
  const { kind, identifier: live } = original;
  const old = oldName(live);
  const rename = (from: string, to: string) =>
    awsRds(target, [
      `modify-db-${kind}`,
      `--db-${kind}-identifier`,
      from,
      `--new-db-${kind}-identifier`,
      to,
      "--apply-immediately",
    ]);
  return [
    { text: `Stop what writes to ${live}: from now on it would be missing in the new one.` },
    { text: `Look on ${where} whether the data is right.` },
    {
      text: `Either let the application and the function of stage ${target.stage} connect to ${where} by the secret or variable that says where their database is, and by \`database\` of the stage in .migraterc.json.`,
    },
    {
      text: "Or swap the names, so that the address stays as it is; it is away for some minutes, and read replicas stay with the old one. First the old one's name:",
      command: rename(live, old),
    },
    { text: `When ${old} is available, the new one's name:`, command: rename(restored.identifier, live) },
    { text: "See what the migrations say:", command: status(target) },
    {
      text:
        kind === "instance"
          ? "When you are sure, and not before, delete the old one (swapped names):"
          : "When you are sure, and not before, delete the old one (swapped names; its instances first):",
      command: awsRds(target, [
        `delete-db-${kind}`,
        `--db-${kind}-identifier`,
        old,
        "--final-db-snapshot-identifier",
        `${old}-final`,
      ]),
    },
  ];
}

function status({ stage }: Target): string {
  return `migrate-remote status --stage ${stage}`;
}
