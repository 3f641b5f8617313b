import type { ProjectEngine } from "../project.js";

/** A project as one recogniser finds it: all paths relative to the survey's root. */
export interface Found {
  engine: ProjectEngine;
  root: string;
  migrations: string;
  /** Further folders of migrations. */
  further?: string[];
  recursive?: boolean;
  evidence: string;
  flask?: boolean;
  inline?: boolean;
}
