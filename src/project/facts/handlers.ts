import { at, type Fact, type HandlerFact } from "./fact.js";

const isSource = /\.(py|[cm]?[jt]s)$/;
const mayBeHandler = /migrat|lambda|handler|admin|(^|\/)(index|app|main|function)\.\w+$/i;

/** Sources whose name says that they might be a migration Lambda's, and those that the infrastructure names. */
export function mayHandle(file: string, named: ReadonlySet<string>): boolean {
  return isSource.test(file) && (mayBeHandler.test(file) || named.has(file));
}

/** What contract a handler has, from what its code does with an event. Undefined where that cannot be told. */
export function readHandler(file: string, text: string): Fact[] {
  if (/(^|\/)(migrate_remote_handler\.py|env\.py|test_[^/]*|[^/]*\.(test|spec|d)\.\w+)$/.test(file))
    return [];
  const exported = file.endsWith(".py") ? pythonHandler(text) : scriptHandler(text);
  if (exported === undefined) return [];
  const fact = (contract: HandlerFact["contract"], sign: RegExpExecArray, why: string): Fact[] => {
    return [{ kind: "handler", file, exported, contract, why, where: at(file, text, sign.index) }];
  };

  const ours = file.endsWith(".py") ? ourPython.exec(text) : ourScript.exec(text);
  if (ours !== null) return fact("migrate-remote", ours, "it is this package's handler");
  const admin = /["'`]admin_operation["'`]|\.admin_operation\b/.exec(text);
  if (admin !== null) return fact("admin-operation", admin, "it reads admin_operation");
  const lists = /["'`]?\bmigrations_applied\b/.exec(text);
  if (lists !== null) return fact("applied-list", lists, "it answers migrations_applied");
  const query = /(?:event|body)\s*(?:\.get\(\s*|\[\s*|\.)["']?sql\b/.exec(text);
  if (query !== null && /["']?\brows\b/.test(text))
    return fact("query", query, "it executes the SQL of its event");
  const migrates = migrating.exec(text);
  if (migrates === null || looksAtEvent(text)) return [];
  return fact("empty-event", migrates, "it migrates whatever its event is");
}

const ourPython =
  /^[ \t]*from\s+[\w.]*\bmigrate_remote_handler\s+import\s+[^\n]*\b(?:create_handler|handler)\b/m;
const ourScript = /(?:from|require\()\s*["']migrate-remote\/handler["']/;

const migrating =
  /\bcommand\s*\.\s*upgrade\s*\(|\balembic["'\s,]+upgrade\b|\bflask["'\s,]+db["'\s,]+upgrade\b|\bmigration\.sh\b|\bprisma["'\s,]+migrate["'\s,]+deploy\b|\bapplyMigrations\s*\(|\bapply_migrations\s*\(/;

/** A handler that asks its event anything, or hands it on, may do one thing or another. Writing it to the log is neither. */
function looksAtEvent(text: string): boolean {
  const name = eventName(text);
  // Nothing is known of an event that has no name here.
  if (name === undefined) return true;
  const harmless =
    /\b(?:print|console\.\w+|log(?:ger|ging)?\.\w+|json\.dumps|JSON\.stringify)\s*\(([^()]|\([^()]*\))*\)/g;
  const declared = new RegExp(
    `\\bdef\\s+\\w+\\s*\\([^)]*\\)|\\bfunction\\s*\\w*\\s*\\([^)]*\\)|\\(\\s*_?${name}\\b[^)]*\\)\\s*(?::[^=]+)?=>`,
    "g",
  );
  const strings = /"""[\s\S]*?"""|'''[\s\S]*?'''|\/\*[\s\S]*?\*\/|(?:#|\/\/).*$/gm;
  const rest = text.replace(strings, "").replace(harmless, "").replace(declared, "");
  return new RegExp(`\\b${name}\\b`).test(rest);
}

function eventName(text: string): string | undefined {
  const declared =
    /\bdef\s+(?:lambda_)?handler\s*\(\s*(\w+)/.exec(text) ??
    /\bfunction\s+(?:lambda_?)?handler\s*\(\s*(\w+)/i.exec(text) ??
    /\bhandler\s*(?::[^=]+)?=\s*(?:async\s*)?\(?\s*(\w+)/i.exec(text);
  if (declared !== null) return declared[1];
  // A handler without any parameter cannot look.
  return /\bhandler\s*(?:=\s*(?:async\s*)?)?\(\s*\)/.test(text) ? "no_event" : undefined;
}

function pythonHandler(text: string): string | undefined {
  const defined =
    /^def\s+(lambda_handler|handler|main)\s*\(/m.exec(text)?.[1] ??
    /^(lambda_handler|handler)\s*=/m.exec(text)?.[1];
  return defined ?? (/^[ \t]*from\s+[\w.]+\s+import\s+[^\n]*\bhandler\b/m.test(text) ? "handler" : undefined);
}

function scriptHandler(text: string): string | undefined {
  return (
    /\bexport\s+(?:async\s+)?(?:function|const|let)\s+(\w*handler)\b/i.exec(text)?.[1] ??
    /\bexports\.(\w*handler|main)\s*=/i.exec(text)?.[1] ??
    /\bexport\s*\{[^}]*\b(handler)\b/.exec(text)?.[1]
  );
}
