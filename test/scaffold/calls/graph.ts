import { fileURLToPath } from "node:url";
import {
  type Expression,
  type Identifier,
  type Node,
  type SourceFile,
  SyntaxKind,
} from "typescript/unstable/ast";
import { API, type Project, SymbolFlags, type Symbol as TsSymbol } from "typescript/unstable/sync";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Who may reach whom in the sources, by declaration: functions, variables, members of interfaces and of object literals. What is called through an
 * interface leads to every object literal that is written where that interface is expected. Types are TypeScript's own, so a call of
 * `databases.describe` is no call of another `describe`.
 */
export interface CallGraph {
  /** From a declaration's id to those that its code names. */
  edges: Map<string, Set<string>>;
  /** From a declaration's id to the imports from packages that its code names: `@aws-sdk/client-rds:CreateDBSnapshotCommand`. */
  imports: Map<string, Set<string>>;
  /** The id of a function declared at the top of a file below src. */
  topLevel(file: string, name: string): string | undefined;
}

/** Reads the rooms of `src` that are named. Takes some seconds. */
export function readCallGraph(rooms: string[]): CallGraph {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [`${root}tsconfig.json`] }).getProjects();
    if (project === undefined) throw new Error("tsconfig.json was not opened");
    return readProject(project, rooms);
  } finally {
    api.close();
  }
}

function readProject(project: Project, rooms: string[]): CallGraph {
  const { checker, program } = project;
  const edges = new Map<string, Set<string>>();
  const imports = new Map<string, Set<string>>();
  const named = new Map<string, string>();
  /** An import's own id → what it stands for. */
  const packages = new Map<string, string>();
  const references: { owners: string[]; name: Identifier }[] = [];
  const destructured: { owners: string[]; pattern: Node; key: string }[] = [];

  const idOf = (node: Node): string => `${fileOf(node)}#${(node as { index?: number }).index}`;
  const isOurs = (id: string) => rooms.some((room) => id.startsWith(`${root}src/${room}/`));
  const add = (map: Map<string, Set<string>>, from: string, to: string) => {
    const known = map.get(from);
    if (known === undefined) map.set(from, new Set([to]));
    else known.add(to);
  };

  function walk(node: Node, owners: string[]): void {
    if (node.kind === SyntaxKind.ImportDeclaration) {
      readImport(node);
      return;
    }
    if (node.kind === SyntaxKind.Identifier) references.push({ owners, name: node as Identifier });
    if (node.kind === SyntaxKind.ObjectBindingPattern) readPattern(node, owners);
    const inner = ownersWithin(node, owners);
    node.forEachChild((child) => walk(child, inner));
  }

  /** Code counts for the innermost function, or member of an object that is called by its name; and for the variables in between. */
  function ownersWithin(node: Node, owners: string[]): string[] {
    const id = idOf(node);
    if (node.kind === SyntaxKind.FunctionDeclaration) return [id];
    if (node.kind === SyntaxKind.VariableDeclaration) return isTop(node) ? [id] : [...owners, id];
    if (isMember(node)) {
      const meant = memberMeant(node);
      if (meant === "its owner's") return owners;
      for (const one of meant) add(edges, one, id);
      return [id];
    }
    return owners;
  }

  /**
   * The members of our interfaces that this one implements. Where a package or a type without a name expects it, who calls it cannot be followed:
   * then its code counts for whoever makes the object.
   */
  function memberMeant(member: Node): string[] | "its owner's" {
    const type = checker.getContextualType(member.parent as Expression);
    const symbol = type === undefined ? undefined : checker.getPropertyOfType(type, nameOf(member));
    if (symbol === undefined) return type === undefined ? [] : "its owner's";
    const meant = symbol.declarations.filter((handle) => {
      if (!isOurs(`${handle.path}#${handle.index}`)) return false;
      const kind = handle.resolve(project)?.parent.kind;
      return kind === SyntaxKind.InterfaceDeclaration || kind === SyntaxKind.ObjectLiteralExpression;
    });
    const ids = meant.map(({ path, index }) => `${path}#${index}`);
    return ids.length === 0 ? "its owner's" : ids.filter((id) => id !== idOf(member));
  }

  function readPattern(pattern: Node, owners: string[]): void {
    pattern.forEachChild((element) => {
      const { propertyName, name } = element as unknown as { propertyName?: Identifier; name?: Identifier };
      const key = (propertyName ?? name)?.text;
      if (key !== undefined) destructured.push({ owners, pattern, key });
    });
  }

  function readImport(node: Node): void {
    const from = (node as unknown as { moduleSpecifier: { text: string } }).moduleSpecifier.text;
    const visit = (child: Node) => {
      if (child.kind === SyntaxKind.ImportSpecifier) {
        const { propertyName, name } = child as unknown as { propertyName?: Identifier; name: Identifier };
        if (!from.startsWith(".")) packages.set(idOf(child), `${from}:${(propertyName ?? name).text}`);
      }
      child.forEachChild(visit);
    };
    node.forEachChild(visit);
  }

  const files = program
    .getSourceFileNames()
    .filter((file) => rooms.some((room) => file.startsWith(`${root}src/${room}/`)))
    .flatMap((file) => program.getSourceFile(file) ?? []);
  for (const file of files) {
    for (const statement of (file as SourceFile).statements) {
      if (statement.kind === SyntaxKind.FunctionDeclaration) {
        const { name } = statement as unknown as { name?: Identifier };
        if (name !== undefined) named.set(`${file.fileName}:${name.text}`, idOf(statement));
      }
    }
    walk(file, []);
  }

  const aliased = new Map<number, TsSymbol>();
  const behind = (symbol: TsSymbol): TsSymbol => {
    if ((symbol.flags & SymbolFlags.Alias) === 0) return symbol;
    const known = aliased.get(symbol.id) ?? checker.getAliasedSymbol(symbol);
    aliased.set(symbol.id, known);
    return known;
  };
  const refer = (owners: string[], symbol: TsSymbol | undefined) => {
    if (symbol === undefined) return;
    for (const { path, index } of symbol.declarations) {
      const foreign = packages.get(`${path}#${index}`);
      for (const owner of foreign === undefined ? [] : owners) add(imports, owner, foreign as string);
      if (foreign !== undefined) return;
    }
    for (const { path, index } of behind(symbol).declarations)
      for (const owner of owners) add(edges, owner, `${path}#${index}`);
  };
  const symbols = checker.getSymbolAtLocation(references.map(({ name }) => name));
  references.forEach(({ owners, name }, index) => {
    refer(owners, symbols[index]);
    // `{ invoke }` names the member and the variable alike.
    if (name.parent.kind === SyntaxKind.ShorthandPropertyAssignment)
      refer([idOf(name.parent), ...owners], checker.resolveName(name.text, SymbolFlags.Value, name));
  });
  for (const { owners, pattern, key } of destructured) {
    const type = checker.getTypeAtLocation(pattern);
    if (type !== undefined) refer(owners, checker.getPropertyOfType(type, key));
  }
  return { edges, imports, topLevel: (file, name) => named.get(`${root}src/${file}:${name}`) };
}

function fileOf(node: Node): string {
  let up = node;
  while (up.kind !== SyntaxKind.SourceFile) up = up.parent;
  return (up as SourceFile).fileName;
}

function isTop(declaration: Node): boolean {
  return declaration.parent.parent.parent.kind === SyntaxKind.SourceFile;
}

const functions = new Set([SyntaxKind.ArrowFunction, SyntaxKind.FunctionExpression]);

/** A member of an object literal that can be called. */
function isMember(node: Node): boolean {
  if (node.parent?.kind !== SyntaxKind.ObjectLiteralExpression) return false;
  if (node.kind === SyntaxKind.MethodDeclaration) return true;
  const { initializer } = node as unknown as { initializer?: Node };
  return (
    node.kind === SyntaxKind.PropertyAssignment &&
    initializer !== undefined &&
    functions.has(initializer.kind)
  );
}

function nameOf(member: Node): string {
  return (member as unknown as { name: { text: string } }).name.text;
}
