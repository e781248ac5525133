/**
 * What a reader should know of an additive change. Text only; never a verdict.
 */
import type { Row } from "./destructive.ts";

export const NOTES = {
  "index-locks-writes": [
    "is built while writes to its table wait",
    "On a large table build it CONCURRENTLY, alone in a file, with a person watching.",
  ],
  "restrict-towards-existing": [
    "keeps the previous release from deleting a row that a new row refers to",
    "ON DELETE CASCADE or SET NULL keeps deletes as they were.",
  ],
  "enum-value-added": [
    "is safe to add, yet cannot be taken back; a previous release fails on reading it",
    "Write the value only one release later.",
  ],
  "if-not-exists": [
    "is skipped where the name is taken, whatever stands there",
    "Leave out IF NOT EXISTS so that a surprise is noticed.",
  ],
  "volatile-default": [
    "is computed for every existing row while the table is rewritten",
    "On a large table add it nullable first and fill it in batches.",
  ],
  "wrapped-in-transaction": [
    "wraps the file in a transaction of its own",
    "Leave it out where the tool already opens one.",
  ],
  "search-path-set": ["decides where names without a schema go", "Name the schema in each statement."],
  "copies-rows": ["reads existing rows into a new table", "On large tables copy in batches from the application."],
  "attached-on-existing": ["takes a short exclusive lock on the table it belongs to", "Set a lock_timeout."],
} as const satisfies Record<string, Row>;
