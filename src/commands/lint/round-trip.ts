import type { Context } from "../../cli/context.js";
import type { LintFinding } from "../../contract/lint-rules.js";
import type { AlembicSetting } from "../../project/alembic/tool.js";
import type { Selected } from "./select.js";

export async function tryRoundTrips(
  _context: Context,
  _selected: Selected,
  _setting: AlembicSetting,
): Promise<LintFinding[]> {
  return [];
}
