/**
 * The rules that stop a migration: it loses data, breaks the running version,
 * or does what nobody can judge. Text only; statements/ decides which applies.
 */

/** `because` goes on after the subject: "column email …"; the remedy is the step to take instead. */
export type Row = readonly [because: string, remedy: string];

const CONTRACT =
  "Expand first: leave it in place, let a release stop using it, and remove it in a later contract migration that a person approves.";
const BY_HAND = "Take it out of the migration; let a person run it by hand, reviewed and with a backup.";

export const DESTRUCTIVE = {
  unreadable: [
    "cannot be parsed as PostgreSQL, so nothing is known about what it does",
    "Write plain PostgreSQL without template marks or client commands.",
  ],
  "unknown-statement": [
    "is not on the list of statements known to be additive",
    "Express the change with CREATE TABLE, ADD COLUMN, CREATE INDEX or CREATE TYPE; otherwise let a person run it by hand.",
  ],
  "drop-object": ["is dropped while the running version may still use it, and what it holds is lost", CONTRACT],
  "drop-column": ["is dropped: its data is lost and the running version's queries fail", CONTRACT],
  "drop-constraint": [
    "is dropped: what the running version relies on no longer holds",
    "Add the new constraint beside the old one; drop the old one in a later contract migration.",
  ],
  "drop-default": [
    "loses its default, so the running version's inserts fail or store NULL",
    "Keep the default until no release relies on it; drop it in a later contract migration.",
  ],
  "drop-part": [
    "loses a part (identity, expression, partition, parent or option) that the running version may rely on",
    CONTRACT,
  ],
  rename: [
    "is renamed: the running version still uses the old name",
    "Expand: add the new name beside the old (a column, or a view), write both, move the readers, drop the old one later.",
  ],
  move: [
    "is moved to another schema or owner, where the running version may not find it",
    "Create it anew in the target schema, copy in the application, switch readers, drop the old one later.",
  ],
  "not-null-on-existing": [
    "becomes NOT NULL: existing NULLs make it fail, and inserts of the running version that leave it out are refused",
    "Expand: give it a default, fill the gaps in the application; set NOT NULL in a later migration once no release writes NULL.",
  ],
  "not-null-without-default": [
    "is added as NOT NULL without a default: it fails where rows exist, and the running version's inserts are refused",
    "Add it nullable, or NOT NULL with a constant DEFAULT; tighten it in a later migration.",
  ],
  "check-refuses-rows": [
    "refuses the rows that exist or those the running version writes",
    "Let the check accept the old rows too, or add it NOT VALID once every release writes what it asks for.",
  ],
  "unique-with-default": [
    "is unique but gives every existing row the same default",
    "Add the column nullable without a default; fill it with distinct values, then add the unique index.",
  ],
  "primary-key-on-existing": [
    "gets a primary key over columns that are not known to be NOT NULL",
    "Add a new column for the key, fill it, and switch the key in a later contract migration.",
  ],
  "type-changed": [
    "changes to a type that does not hold every old value, or that the running version's queries do not expect",
    "Expand: add a column of the new type, write both, copy the old values, move readers, drop the old column later.",
  ],
  "rows-changed": [
    "changes or deletes rows that exist",
    "Add a new column or table for the new values and fill it from the application; leave the old rows as they are.",
  ],
  "hidden-code": [
    "carries or runs code that cannot be judged from the statement",
    "Write the change as plain statements; keep logic in the application, or let a person apply the code by hand.",
  ],
  "function-refused": [
    "is called while migrating, and is not on the list of functions without side effects",
    "Use a constant or a built-in without side effects; compute the value in the application.",
  ],
  "rights-changed": [
    "changes who may do what, for the running version too",
    "Grant rights outside migrations, by a person who administers the database.",
  ],
  "triggers-switched": ["switches triggers, rules or row security on existing rows", BY_HAND],
  "transaction-control": [
    "ends or begins a transaction inside the migration, so a failure leaves half of it behind",
    "Leave out BEGIN, COMMIT and ROLLBACK: the whole file already runs in one transaction.",
  ],
  "setting-changed": [
    "changes a setting that alters what statements mean or what the server checks",
    "Leave settings out of migrations; only lock_timeout, statement_timeout and the prelude of a dump are known.",
  ],
  "foreign-code": [
    "brings code or data from outside the database",
    "Let a person who administers the database install it.",
  ],
  "bookkeeping-table": [
    "belongs to the migration tool, which alone may write it",
    "Leave the tool's own table alone; use its command for resolving a migration.",
  ],
  "system-object": ["belongs to PostgreSQL itself", "Choose a name and a schema of your own."],
  "built-in-name": [
    "takes the name of a built-in type, so later statements may mean another one",
    "Choose another name.",
  ],
  "sequence-changed": [
    "changes a sequence the running version draws from: values may repeat",
    "Create a sequence of its own for the new column.",
  ],
  "enum-value-renamed": [
    "renames an enum value that the running version still reads and writes",
    "Add the new value, write it one release later, move the rows, and leave the old value in the type.",
  ],
  "enum-swapped": [
    "swaps an enum for another of fewer or other values: rows that hold a removed value are refused, and the running version loses its type",
    "Only ADD VALUE now; stop writing the old value, move its rows in the application, and swap the type in a later contract migration.",
  ],
  "applied-file-changed": [
    "was applied before and has changed since: databases that ran it will never see the change",
    "Restore the file byte for byte; put the change into a new migration.",
  ],
  "applied-file-removed": ["was applied before and is gone", "Restore the file; undo its effect in a new migration."],
  "out-of-order": [
    "sorts before a migration that the base already has, so fresh and existing databases apply them in a different order",
    "Rename it so that it sorts after the newest one of the base.",
  ],
  "provider-changed": [
    "is changed: the lock file and the provider stay as they are",
    "Restore it; moving to another database is no migration.",
  ],
  "extra-file": ["stands where exactly one migration.sql belongs", "Keep one migration.sql in each migration folder."],
} as const satisfies Record<string, Row>;
