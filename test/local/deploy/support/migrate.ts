/** Pre-deploy of the fixture: our own runner on the release's own migrations. */
import { resolve } from "node:path";
import { describeError } from "../../../../src/domain/errors.ts";
import { runMigrations } from "../../../../src/store/migrate/run-migrations.ts";

try {
  const directory = resolve("prisma/migrations");
  const connectionString = process.env.DATABASE_URL ?? "";
  await runMigrations({ connectionString, directory, onLine: (line) => console.log(line) });
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
