import type { HistoryView, MigrationView, TargetSummary } from "../workflow/results.js";
import { oneLine } from "./text.js";

interface Planned extends TargetSummary, Partial<Pick<HistoryView, "problems">> {
  targetRevision?: string;
  /** History is repaired first. */
  fixHistory?: boolean;
  planFile?: string;
}

/** The command that applies these migrations, with what the stage will ask of it. */
export function runCommand(
  { stage, targetRevision, fixHistory = false, planFile, protected: isProtected, problems = [] }: Planned,
  migrations: MigrationView[],
): string {
  const destroys = migrations.some(({ destructive = [] }) => destructive.length > 0);
  return [
    "migrate-remote run",
    planFile === undefined ? `--stage ${stage}` : `--plan ${oneLine(planFile)}`,
    ...(planFile !== undefined || targetRevision === undefined
      ? []
      : [`--target-revision ${oneLine(targetRevision)}`]),
    ...(planFile === undefined && fixHistory ? ["--fix-history"] : []),
    ...(isProtected && destroys ? ["--allow-destructive"] : []),
    ...(problems.some(({ code }) => code === "run_at_work") ? ["--wait-lock 10m"] : []),
  ].join(" ");
}

/** What comes before it applies anything. Empty where nothing does. */
export function beforehand({ stage, protected: isProtected, snapshotPolicy }: TargetSummary): string {
  const words = [
    ...(isProtected ? [`Stage ${stage} is protected: consent is asked for`] : []),
    ...(snapshotPolicy === "required" ? ["a snapshot is taken first"] : []),
    ...(snapshotPolicy === "reuse" ? ["a snapshot is taken first where there is no recent one"] : []),
  ];
  const text = words.join(", and ");
  return text === "" ? "" : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
