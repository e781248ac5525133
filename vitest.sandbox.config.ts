import { defineConfig } from "vitest/config";

/** What needs neither database, network nor Docker: this part runs inside a sandbox. */
export default defineConfig({
  test: {
    include: ["test/{domain,tools}/**/*.test.ts", "test/policy/*.test.ts", "test/runs/witness/**/*.test.ts"],
    exclude: ["test/tools/fetch/**"],
    testTimeout: 30_000,
    maxWorkers: 2,
    restoreMocks: true,
  },
});
