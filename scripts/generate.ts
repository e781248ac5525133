/**
 * `npm run generate`, also run after every install: writes the database client
 * from prisma/schema.prisma into src/store/generated. It downloads nothing and
 * says nothing unless it fails.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");

const { status, error, stdout, stderr } = spawnSync(process.execPath, [prisma, "generate"], {
  cwd: root,
  encoding: "utf8",
  env: {
    ...process.env,
    // generate never starts the schema engine but insists that its file exists; any file will do
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  },
});

if (status !== 0) {
  console.error(`prisma generate failed: ${error?.message ?? `exit code ${status}`}\n${stdout}\n${stderr}`);
  process.exitCode = 1;
}
