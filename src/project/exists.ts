import { access } from "node:fs/promises";

/** Whether something stands there that can be reached. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
