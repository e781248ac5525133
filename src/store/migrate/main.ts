/**
 * `npm run migrate`: brings the database of DATABASE_URL to the schema of this
 * checkout. It runs before a release goes live, and again does no harm.
 */
import { join } from "node:path";
import { describeError } from "../../domain/errors.ts";
import { runMigrations } from "./run-migrations.ts";

const connectionString = process.env.DATABASE_URL ?? "";
const directory = join(import.meta.dirname, "../../../prisma/migrations");

if (connectionString === "") {
  console.error(
    "DATABASE_URL is not set: nothing to migrate. Name the database, e.g. DATABASE_URL=postgresql://user:password@host/orion npm run migrate. Without one, npm run dev starts a local database and migrates it itself.",
  );
  process.exitCode = 1;
} else {
  try {
    const applied = await runMigrations({ connectionString, directory, onLine: (line) => console.log(line) });
    console.log(applied.length === 0 ? "nothing to apply" : `applied ${applied.length}`);
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
