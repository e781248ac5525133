/** Statements that only add to what corpus/before.sql makes, each alone and in any company. */
import fc from "fast-check";

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).map((text) => `"x_${text}"`);
const type = fc.constantFrom(
  "text",
  "int",
  "bigint",
  "boolean",
  "uuid",
  "jsonb",
  "timestamptz",
  "varchar(40)",
  "numeric(8,2)",
  "text[]",
);
const filled = fc.constantFrom(
  "text NOT NULL DEFAULT ''",
  "int NOT NULL DEFAULT 0",
  "jsonb NOT NULL DEFAULT '{}'",
  "timestamptz NOT NULL DEFAULT now()",
  "boolean NOT NULL DEFAULT false",
);
const old = fc.constantFrom("users", "posts", "billing.invoices", "public.users");

export const allowed = fc.oneof(
  fc
    .tuple(name, type, filled)
    .map(([table, one, two]) => `CREATE TABLE ${table} (id serial PRIMARY KEY, a ${one}, b ${two})`),
  fc
    .tuple(name, name)
    .map(([table, column]) => `CREATE TABLE ${table} (${column} int REFERENCES users (id) ON DELETE CASCADE)`),
  fc.tuple(old, name, type).map(([table, column, of]) => `ALTER TABLE ${table} ADD COLUMN ${column} ${of}`),
  fc.tuple(old, name, filled).map(([table, column, of]) => `ALTER TABLE ${table} ADD COLUMN ${column} ${of}`),
  fc.tuple(name, old).map(([index, table]) => `CREATE INDEX ${index} ON ${table} (id)`),
  name.map((made) => `CREATE TYPE ${made} AS ENUM ('a', 'b')`),
  name.map((made) => `CREATE VIEW ${made} AS SELECT count(*) FROM users`),
  name.map((made) => `CREATE SEQUENCE ${made}`),
  fc.constant("COMMENT ON TABLE users IS 'people; not DROP TABLE'"),
  fc.constant("SET LOCAL lock_timeout = '1s'"),
);
/** What may stand between two statements. */
export const between = fc.constantFrom(" ", "\n", "\n-- a note; é\n", "/* x /* y */ */");
