/** `local`: where other programs reach the stages of this machine, as long as the command stays. Printed once they are there. */
export interface LocalResult {
  command: "local";
  /** Speaks Lambda, CloudWatch Logs, RDS and STS. */
  endpoint: string;
  region: string;
  /** Any will do; these are the ones that our own commands use. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  stages: LocalStageView[];
}

export interface LocalStageView {
  stage: string;
  /** The one that migrates first. */
  functions: string[];
  /** The event that reads the state, where the contract has one. Anything else may migrate. */
  statusEvent?: unknown;
  database:
    | {
        kind: "embedded";
        name: string;
        /** Absolute; libpq's PGSERVICEFILE, with the service `migrate-remote`. It holds the password. */
        serviceFile: string;
      }
    /** A server of the user's own: `localhost:5432`. */
    | { kind: "own"; host: string; name: string };
}
