import type { LocalResult, LocalStageView } from "../workflow/results/local.js";
import { factLines } from "./facts.js";
import type { Style } from "./style.js";

/** Where the stages are, and what can be typed to reach them from a second terminal. */
export function localText(result: LocalResult, style: Style): string[] {
  const [first] = result.stages;
  return [
    ...factLines(
      [
        ["endpoint", `${result.endpoint} (Lambda, CloudWatch Logs, RDS)`],
        ["region", `${result.region}, any credentials will do`],
      ],
      style,
    ),
    ...result.stages.flatMap((stage) => ["", ...stageLines(stage, style)]),
    ...(first === undefined ? [] : ["", ...commandLines(result, first, style)]),
    "",
    `${style.good("✓")} Open until Ctrl-C. In another terminal: migrate-remote status --stage ${first?.stage ?? ""}`,
  ];
}

function stageLines({ stage, functions, database }: LocalStageView, style: Style): string[] {
  return [
    style.strong(stage),
    "",
    ...factLines(
      [
        [functions.length === 1 ? "function" : "functions", functions.join(", ")],
        ["database", database.kind === "embedded" ? database.name : `${database.name} on ${database.host}`],
      ],
      style,
    ),
  ];
}

/** Made to be copied: a line ends with a backslash where it goes on. */
function commandLines(
  { endpoint, region, credentials }: LocalResult,
  { functions, statusEvent, database }: LocalStageView,
  style: Style,
): string[] {
  const invoke =
    statusEvent === undefined
      ? []
      : [
          style.dim("  Ask the function (its state; nothing is executed):"),
          `    echo '${JSON.stringify(statusEvent)}' |`,
          `      AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey} \\`,
          `      aws lambda invoke --region ${region} \\`,
          `      --endpoint-url ${endpoint} \\`,
          `      --function-name ${functions[0] ?? ""} \\`,
          "      --payload fileb:///dev/stdin /dev/stdout",
        ];
  const psql =
    database.kind === "own"
      ? []
      : [
          style.dim("  Look into the database:"),
          `    PGSERVICEFILE=${quoted(database.serviceFile)} \\`,
          `      psql "service=migrate-remote dbname=${database.name}"`,
        ];
  return [...invoke, ...(invoke.length > 0 && psql.length > 0 ? [""] : []), ...psql];
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
