/** Polls a condition outside a test's own `expect.poll`; throws after half a minute. */
export async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("the condition did not come true in 30 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
