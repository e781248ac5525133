/** How the tests run. A test that wants a database asks test/support/postgres.ts for one. */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/postgres-run.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // most tests wait for a database, git or a container: one worker a core leaves cores idle
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
