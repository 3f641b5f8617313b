import type { Target } from "../../config/target.js";

/** How newer code gets to a stage. */
export function howToDeploy({ stage, local, package: packed }: Target): string {
  if (local !== undefined)
    return `Stage ${stage} runs the files of this machine as they are: bring handler ${local.handler} up to date, and the migrations that it names.`;
  const command = `migrate-remote deploy --stage ${stage}`;
  return packed === undefined
    ? `Deploy it as you do. Once \`package\` in .migraterc.json says what to pack: ${command}`
    : `Deploy it: ${command}`;
}
