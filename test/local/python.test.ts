import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPython } from "../../src/local/python.js";
import { repositories } from "../support/repository.js";

const repository = repositories();

async function withPrograms(...paths: string[]): Promise<string> {
  const root = await repository(Object.fromEntries(paths.map((path) => [path, "#!/bin/sh\n"])));
  for (const path of paths) await chmod(join(root, path), 0o755);
  return root;
}

test("the environment of the project, the one nearest to the handler", async () => {
  const root = await withPrograms(".venv/bin/python3", "back/venv/bin/python3", "bin/python3");
  const environment = { PATH: join(root, "bin") };
  expect(findPython({ root, environment: {} }, join(root, "lambda/migrate/handler.py"), environment)).toBe(
    join(root, ".venv/bin/python3"),
  );
  expect(findPython({ root, environment: {} }, join(root, "back/lambda/handler.py"), environment)).toBe(
    join(root, "back/venv/bin/python3"),
  );
});

test("the one beside the alembic.ini that the function is told", async () => {
  const root = await withPrograms("back/.venv/bin/python3", "bin/python3");
  const environment = { ALEMBIC_CONFIG: "back/alembic.ini" };
  const found = findPython({ root, environment }, join(root, "lambda/migrate/handler.py"), {
    PATH: join(root, "bin"),
  });
  expect(found).toBe(join(root, "back/.venv/bin/python3"));
});

test("one that is activated comes first, and nothing above the root counts", async () => {
  const root = await withPrograms(".venv/bin/python3", "bin/python3");
  const path = join(root, "bin");
  const handler = join(root, "project/handler.py");
  expect(findPython({ root, environment: {} }, handler, { PATH: path, VIRTUAL_ENV: "/elsewhere" })).toBe(
    join(path, "python3"),
  );
  expect(findPython({ root: join(root, "project"), environment: {} }, handler, { PATH: path })).toBe(
    join(path, "python3"),
  );
});

test("one that was moved away does not count, and there may be none", async () => {
  const root = await repository({ ".venv/bin/other": "" });
  await symlink("/nowhere/python3", join(root, ".venv/bin/python3"));
  expect(
    findPython({ root, environment: {} }, join(root, "handler.py"), { PATH: "/nowhere" }),
  ).toBeUndefined();
  expect(findPython({ root, environment: {} }, join(root, "handler.py"), {})).toBeUndefined();
});
