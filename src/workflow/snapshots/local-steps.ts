import type { LocalConfig } from "../../config/schema.js";
import type { SwitchOverStep } from "../results.js";
import { quoted } from "./aws-command.js";

interface Databases {
  live: string;
  restored: string;
  /** `host:port` */
  where: string;
}

/**
 * The embedded server runs only while a command does, and its port and password are its own: so the lines name the file where it says
 * them at each start, and the first one holds it open. Pure.
 */
export function localSteps(
  { database }: LocalConfig,
  stage: string,
  { live, restored, where }: Databases,
): SwitchOverStep[] {
  const [away, here] = swap(live, restored);
  if (database !== "embedded") {
    return [
      { text: `Look whether the data is right, in database ${restored} on ${where}.` },
      {
        text: `To go on with it, name ${restored} in the URL of \`local.database\`, or swap the names while nobody is connected to either:`,
        command: `BEGIN; ${away}; ${here}; COMMIT;`,
      },
    ];
  }
  return [
    {
      text: "The server runs only while a command does. Hold it open, in another terminal:",
      command: `migrate-remote logs --follow --stage ${quoted(stage)}`,
    },
    {
      text: `Look whether the data is right, in database ${restored}. With psql, in the folder of .migraterc.json (the file that is named has address and password, for other clients too):`,
      command: psql(restored),
    },
    {
      text: `To go on with it, swap the names, both or neither, while nobody is connected to either; ${live} is ${oldDatabaseName(live)} then, and nothing deletes it:`,
      command: psql("postgres", ["-1", "-c", away, "-c", here]),
    },
  ];
}

function swap(live: string, restored: string): [string, string] {
  const rename = (from: string, to: string) =>
    `ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)}`;
  return [rename(live, oldDatabaseName(live)), rename(restored, live)];
}

function oldDatabaseName(live: string): string {
  return `${live.slice(0, 59)}_old`;
}

function psql(database: string, options: string[] = []): string {
  const value = `'${database.replace(/[\\']/g, "\\$&")}'`;
  const connection = `service=migrate-remote dbname=${/^\w+$/.test(database) ? database : value}`;
  const words = ["psql", ...options, connection].map(quoted);
  return `PGSERVICEFILE=.migrate-remote/pg_service.conf ${words.join(" ")}`;
}

/** As PostgreSQL reads it, whatever is in it. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
