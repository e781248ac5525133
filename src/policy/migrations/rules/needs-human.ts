/**
 * The rules that ask for a person: the change may fail or lock on existing
 * data, or limits going back. Text only.
 */
import type { Row } from "./destructive.ts";

export const NEEDS_HUMAN = {
  "unique-on-existing": [
    "becomes unique: existing duplicates make it fail, and the running version's duplicates are refused",
    "Look for duplicates first; let the application stop making them, then build the index CONCURRENTLY and approve this file.",
  ],
  "check-on-existing": [
    "is checked for existing rows too: one breach makes it fail, and the running version's writes are checked",
    "Add it NOT VALID, clean the rows, and VALIDATE it in a later migration.",
  ],
  "foreign-key-on-existing": [
    "becomes a foreign key over existing values: one orphan makes it fail, and both tables are locked meanwhile",
    "Add it NOT VALID, clean orphans, and VALIDATE CONSTRAINT in a later migration; or add a new nullable column for it.",
  ],
  "validate-constraint": [
    "is validated against existing rows and fails on the first breach",
    "Clean the rows first, then approve.",
  ],
  "primary-key-added": [
    "gets a primary key: existing duplicates make it fail, and the table is locked while it is built",
    "Build a unique index CONCURRENTLY, then add the key USING INDEX.",
  ],
  "type-widened": [
    "is widened: the table may be rewritten under a lock, and going back may not fit",
    "Add a column of the wider type and move over in steps, or approve it at a quiet hour.",
  ],
  backfill: [
    "fills a column added here on every existing row, in one transaction",
    "Fill it in batches from the application; approve where the table is small.",
  ],
  "enum-value-used": [
    "uses an enum value added in the same file: the previous release cannot read it, and PostgreSQL refuses it in one transaction",
    "Add the value now and write it one release later.",
  ],
  concurrently: [
    "runs CONCURRENTLY, which no transaction may hold and which leaves an invalid index behind when it fails",
    "Put it alone in a file and let a person watch it.",
  ],
  "rows-added": [
    "adds rows to a table that exists; they may collide, and the running version will meet them",
    "Seed from a script of the application, or approve after looking at the rows.",
  ],
  extension: [
    "is an extension, which needs rights and is installed for everyone",
    "Let a person install it, then approve.",
  ],
  "nullable-again": [
    "may hold NULL from now on, which the running version and a rollback do not expect",
    "Deploy code that can read NULL first; write NULL only one release later.",
  ],
  "default-changed": [
    "gets another default, so the running version's inserts store something else",
    "Set the value in the new code; change the default once no old release inserts.",
  ],
  "default-not-constant": [
    "gets a default that is computed for every existing row and could fail",
    "Use a constant default, or add the column nullable and fill it from the application.",
  ],
  "default-refused": [
    "gets a default that its type refuses, so the file fails wherever it is applied",
    "Give it a default that the column can hold.",
  ],
  "rewrite-on-existing": [
    "is numbered or computed for every existing row while the table is locked",
    "Add a plain nullable column and fill it in batches, or approve it at a quiet hour.",
  ],
  "index-expression": [
    "indexes an expression that could fail for an existing row or a write of the running version",
    "Index a plain column, or store the expression's value in a column of its own.",
  ],
  "view-replaced": [
    "replaces what a view of that name answers to the running version",
    "Create a view with a new name, move readers, drop the old one later.",
  ],
  "schema-like-role": [
    "is named as a role might be: by the default search_path that role then finds its tables there first",
    "Choose a schema name that no role has.",
  ],
  "partition-on-existing": [
    "attaches to a table that exists: its rows are checked under a lock",
    "Attach at a quiet hour, with a matching CHECK constraint proven beforehand.",
  ],
  "inherits-existing": [
    "inherits from a table that exists, so its rows appear in the running version's queries",
    "Create a table of its own.",
  ],
  "storage-changed": ["changes how an existing table is stored or replicated", "Let a person decide at a quiet hour."],
  maintenance: ["is upkeep that may lock tables for long", "Run it apart from migrations."],
  "owner-of-new": ["is given to another owner, so later migrations may lack rights on it", "Leave the owner as it is."],
  "policy-on-new": [
    "decides who sees which rows, which no rule can judge",
    "Let a person read the policy, then approve.",
  ],
  "temporary-table": [
    "is temporary or unlogged: it hides or loses what a table of that name would keep",
    "Create a permanent table.",
  ],
  "unknown-function": [
    "is not known to the judge and could hide anything",
    "Use a built-in function, or let a person look at it and approve.",
  ],
  "unknown-form": [
    "has a form the judge does not know in this place",
    "Write it more plainly, or let a person approve.",
  ],
  "comment-removed": ["loses its comment", "Write a new comment instead of NULL."],
  "search-path": ["changes where names without a schema are looked up", "Name the schema in each statement instead."],
  "domain-changed": [
    "changes what columns of a domain accept, existing rows included",
    "Create a new domain for the new column.",
  ],
  "type-extended": ["gets a new attribute that the running version does not expect", "Create a new type."],
} as const satisfies Record<string, Row>;
