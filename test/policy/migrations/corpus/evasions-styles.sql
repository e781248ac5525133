-- a drop behind a statement breakpoint on one line
CREATE TABLE a (i int);--> statement-breakpoint DROP
DROP TABLE users;

-- a nested guarded block
DO $$ BEGIN BEGIN CREATE TYPE x AS ENUM ('a'); DROP TABLE users; END; EXCEPTION WHEN duplicate_object THEN null; END $$;

-- a guard that acts in its handler
DO $$ BEGIN CREATE TYPE x AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN DELETE FROM users; END $$;

-- a guard with IF around a drop
DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN DROP TABLE users; END IF; END $$;

-- a table of the same name in another schema first on the path
CREATE SCHEMA IF NOT EXISTS "postgres"; CREATE TABLE "postgres".users (id int);

-- create if not exists and drop a column as if it were new
CREATE TABLE IF NOT EXISTS "Order" ("id" text); ALTER TABLE "Order" DROP COLUMN "note";

-- case folding: unquoted name of an old table
CREATE TABLE "USERS" (id int); ALTER TABLE users DROP COLUMN note;

-- quoted name with a dot
CREATE TABLE "public.users" (id int); TRUNCATE public.users;

-- temporary table hides the old one
CREATE TEMP TABLE posts (id int); DELETE FROM posts;

-- a new table as a partition of an old one, default
CREATE TABLE events_rest PARTITION OF events DEFAULT;

-- insert select with a deleting query in front
WITH gone AS (DELETE FROM posts RETURNING id) INSERT INTO new_ids SELECT id FROM gone;

-- a new table from a deleting query
CREATE TABLE kept AS WITH gone AS (DELETE FROM posts RETURNING *) SELECT * FROM gone;

-- a view that calls a function of ones own
CREATE VIEW v AS SELECT public.tidy();

-- a materialized view that runs a harmful function now
CREATE MATERIALIZED VIEW v AS SELECT pg_terminate_backend(pid) FROM pg_stat_activity;

-- a default that draws from an old sequence
ALTER TABLE posts ADD COLUMN n int DEFAULT nextval('users_id_seq');

-- an index that fails on old rows by division
CREATE INDEX i ON posts ((100 / views));

-- an index with a failing cast
CREATE INDEX i ON users ((note::int));

-- a unique index over a new column with a constant default
ALTER TABLE users ADD COLUMN k int DEFAULT 1; CREATE UNIQUE INDEX u ON users (k);

-- a unique index, nulls not distinct, over a new optional column
ALTER TABLE users ADD COLUMN k int; CREATE UNIQUE INDEX u ON users (k) NULLS NOT DISTINCT;

-- a new required column in two steps
ALTER TABLE users ADD COLUMN k int; ALTER TABLE users ALTER COLUMN k SET NOT NULL;

-- a check over new and old column
ALTER TABLE users ADD COLUMN k int, ADD CHECK (k > 0 OR age > 200);

-- a check that is null-proof and refuses
ALTER TABLE users ADD COLUMN k int CHECK (coalesce(k, 0) > 0);

-- foreign key of a new column with a default that nobody has
ALTER TABLE posts ADD COLUMN o int DEFAULT 999 REFERENCES users (id);

-- owned by: an old sequence goes with a new column
CREATE TABLE x (id int); ALTER SEQUENCE ticket_number OWNED BY x.id;

-- comment that ends early
/* /* */ DROP TABLE users; -- */ */
DROP TABLE posts;

-- unicode escapes in a name
DROP TABLE U&"\0075sers";

-- strings that are continued
CREATE TABLE s (a text DEFAULT 'x'
'y'); DROP TABLE users;

-- e-string that would end the quote
CREATE TABLE s (a text DEFAULT E'\''); DROP TABLE users; --');

-- set role, then add
SET ROLE postgres; ALTER TABLE users ADD COLUMN k int;

-- search path to a schema that shadows
SET search_path TO billing; ALTER TABLE invoices DROP COLUMN paid;

-- enum value and its use in an index
ALTER TYPE role ADD VALUE 'guest'; CREATE INDEX i ON users (id) WHERE role = 'guest';

-- operator class of ones own
CREATE OPERATOR CLASS c DEFAULT FOR TYPE int USING btree AS OPERATOR 1 <;

-- cast that changes what statements mean
CREATE CAST (text AS int) WITH INOUT AS IMPLICIT;

-- a domain over an old type with the name of a built-in one
CREATE DOMAIN public.int8 AS text;

-- security labels, subscriptions, publications
CREATE PUBLICATION p FOR ALL TABLES;

-- listen and notify
NOTIFY x, 'y';

-- a lock that is taken and held
LOCK TABLE users IN ACCESS EXCLUSIVE MODE;

-- analyze with a vacuum in brackets
VACUUM (FULL, ANALYZE) users;

-- sleep
SELECT pg_sleep(600);

-- reindex
REINDEX TABLE users;

-- cluster
CLUSTER users USING users_age_idx;

-- inherits turned round
CREATE TABLE parent (id int); ALTER TABLE users INHERIT parent;

-- attach an old table to a new parent, then alter the parent
CREATE TABLE parent (id bigint, total numeric(10,2), paid boolean) PARTITION BY RANGE (id); ALTER TABLE parent ATTACH PARTITION billing.invoices DEFAULT; ALTER TABLE parent DROP COLUMN paid;

-- alter only
ALTER TABLE ONLY users DROP COLUMN IF EXISTS note RESTRICT;

-- alter all in tablespace
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE fast;

-- a statement after a unit of nothing
;;; ;DROP VIEW grown_up;

-- generated column with a function that lies
ALTER TABLE users ADD COLUMN g text GENERATED ALWAYS AS (current_setting('x')) STORED;

-- json default by a function that fails
ALTER TABLE users ADD COLUMN j jsonb DEFAULT to_jsonb(1/0);

-- default that divides by zero
ALTER TABLE users ADD COLUMN d int DEFAULT 1/0;

-- default that is null in a required column
ALTER TABLE users ADD COLUMN d text NOT NULL DEFAULT NULL;
