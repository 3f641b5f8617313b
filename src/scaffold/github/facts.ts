/** What a pipeline has to know of the configuration. */
export interface PipelineFacts {
  /** Of migrate-remote: what the workflows install. */
  version: string;
  /** Where the configuration is in its repository, without slash at either end; empty: at the root. */
  folder: string;
  /** Those that AWS serves, in the file's order. */
  stages: PipelineStage[];
  /** The repository's migrations are recognised, so `lint` can review them. */
  hasMigrations: boolean;
  /** Some of them are Alembic's, whose SQL the project's own Python writes. `requirements`: a file for pip, from the configuration's folder. */
  alembic?: { requirements?: string };
}

export interface PipelineStage {
  name: string;
  protected: boolean;
  region?: string;
  confirmPhrase: string;
  /** `file`: a plan can be made, kept, and applied as it was shown. `shown`: made and shown. `none`: the contract has no dry-run. */
  plan: "file" | "shown" | "none";
  /** Both the repository and the deployed code can say their head revision, so `--require-head` can compare them. */
  tellsHead: boolean;
  /** A snapshot may be taken before the first statement. */
  snapshots: boolean;
}
