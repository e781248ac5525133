-- a table goes
DROP TABLE posts;

-- a table goes, if it is there
DROP TABLE IF EXISTS posts;

-- a table goes with all that hangs on it
DROP TABLE users CASCADE;

-- two tables go
DROP TABLE posts, billing.invoices;

-- a view goes
DROP VIEW grown_up;

-- a materialized view goes
DROP MATERIALIZED VIEW IF EXISTS daily;

-- an index goes
DROP INDEX users_age_idx;

-- an index goes without a lock
DROP INDEX CONCURRENTLY IF EXISTS users_age_idx;

-- a sequence goes
DROP SEQUENCE ticket_number;

-- a type goes
DROP TYPE role;

-- a domain goes
DROP DOMAIN slug CASCADE;

-- a schema goes
DROP SCHEMA billing CASCADE;

-- an extension goes
DROP EXTENSION IF EXISTS citext;

-- a function goes
DROP FUNCTION touch();

-- a trigger goes
DROP TRIGGER touch ON users;

-- a policy goes
DROP POLICY own ON users;

-- a rule goes
DROP RULE r ON users;

-- a role goes
DROP ROLE app;

-- a database goes
DROP DATABASE prod;

-- all a role owns goes
DROP OWNED BY app;

-- a publication goes
DROP PUBLICATION feed;

-- statistics go
DROP STATISTICS s;

-- a cast goes
DROP CAST (text AS int);

-- an aggregate goes
DROP AGGREGATE total(int);

-- a column goes
ALTER TABLE users DROP COLUMN name;

-- a column goes, if it is there
ALTER TABLE users DROP COLUMN IF EXISTS name CASCADE;

-- a column goes among additions
ALTER TABLE users ADD COLUMN nick text, DROP COLUMN name;

-- a foreign key goes
ALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey;

-- a primary key goes
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (email);

-- a default goes and inserts fail
ALTER TABLE users ALTER COLUMN role DROP DEFAULT;

-- a default goes
ALTER TABLE posts ALTER views DROP DEFAULT;

-- an identity goes
ALTER TABLE posts ALTER COLUMN id DROP IDENTITY;

-- a generated expression goes
ALTER TABLE users ALTER COLUMN score DROP EXPRESSION;

-- a partition is detached
ALTER TABLE events DETACH PARTITION events_old;

-- an inheritance ends
ALTER TABLE posts NO INHERIT users;

-- a typed table loses its type
ALTER TABLE posts NOT OF;

-- a table is renamed
ALTER TABLE users RENAME TO accounts;

-- a column is renamed
ALTER TABLE users RENAME COLUMN name TO full_name;

-- a column is renamed, short form
ALTER TABLE users RENAME name TO full_name;

-- a constraint is renamed
ALTER TABLE posts RENAME CONSTRAINT posts_author_id_fkey TO fk;

-- an index is renamed
ALTER INDEX users_age_idx RENAME TO idx;

-- a type is renamed
ALTER TYPE role RENAME TO user_role;

-- an enum value is renamed
ALTER TYPE role RENAME VALUE 'owner' TO 'admin';

-- an attribute is renamed
ALTER TYPE address RENAME ATTRIBUTE a TO b;

-- a schema is renamed
ALTER SCHEMA billing RENAME TO money;

-- a view is renamed
ALTER VIEW grown_up RENAME TO adults;

-- a sequence is renamed
ALTER SEQUENCE ticket_number RENAME TO numbers;

-- a table moves to another schema
ALTER TABLE users SET SCHEMA billing;

-- a type moves
ALTER TYPE role SET SCHEMA billing;

-- a function moves
ALTER FUNCTION touch() SET SCHEMA billing;

-- a table gets another owner
ALTER TABLE users OWNER TO someone;

-- a schema gets another owner
ALTER SCHEMA billing OWNER TO someone;

-- everything gets another owner
REASSIGN OWNED BY app TO someone;

-- a column must not be NULL any more
ALTER TABLE users ALTER COLUMN age SET NOT NULL;

-- a new column without a default must not be NULL
ALTER TABLE users ADD COLUMN phone text NOT NULL;

-- a new column has NULL as default and must not be NULL
ALTER TABLE users ADD COLUMN phone text DEFAULT NULL NOT NULL;

-- the same with a cast
ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT NULL::text;

-- a column is filled and then tightened
ALTER TABLE users ADD COLUMN phone text; UPDATE users SET phone = ''; ALTER TABLE users ALTER COLUMN phone SET NOT NULL;

-- a default holds only until the end of the file
ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'x'; ALTER TABLE users ALTER COLUMN kind DROP DEFAULT;

-- not null as a constraint
ALTER TABLE users ADD CONSTRAINT n NOT NULL age;

-- a check that is a NOT NULL
ALTER TABLE users ADD CONSTRAINT c CHECK (age IS NOT NULL);

-- a check no row passes
ALTER TABLE users ADD CONSTRAINT c CHECK (false);

-- a default its own check refuses
ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'c' CHECK (kind IN ('a', 'b'));

-- a new column asks for a value by its check
ALTER TABLE users ADD COLUMN kind text CHECK (kind IS NOT NULL);

-- unique with one default for all
ALTER TABLE users ADD COLUMN code text NOT NULL DEFAULT 'x' UNIQUE;

-- unique index over one default
ALTER TABLE users ADD COLUMN code int DEFAULT 1; CREATE UNIQUE INDEX u ON users (code);

-- a key over a column that may be NULL
ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ADD PRIMARY KEY (age);

-- a key over unknown columns
ALTER TABLE legacy ADD PRIMARY KEY (a, b);

-- a new column is the key
ALTER TABLE legacy ADD COLUMN id int PRIMARY KEY;

-- identity always, which refuses the old inserts
ALTER TABLE legacy ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;

-- text becomes a number
ALTER TABLE users ALTER COLUMN email TYPE integer USING email::integer;

-- a string gets shorter
ALTER TABLE posts ALTER COLUMN title TYPE varchar(50);

-- unbounded text gets a bound
ALTER TABLE users ALTER COLUMN email TYPE varchar(255);

-- a number loses digits
ALTER TABLE users ALTER COLUMN score TYPE numeric(6, 2);

-- a number loses decimals
ALTER TABLE users ALTER COLUMN score TYPE integer;

-- a big number gets small
ALTER TABLE billing.invoices ALTER COLUMN id TYPE integer;

-- a time loses its fraction
ALTER TABLE users ALTER COLUMN seen_at TYPE timestamp(0);

-- a time becomes a day
ALTER TABLE users ALTER COLUMN seen_at TYPE date;

-- a time gets a zone
ALTER TABLE users ALTER COLUMN seen_at TYPE timestamptz;

-- a json becomes text
ALTER TABLE users ALTER COLUMN data TYPE text;

-- a number becomes text
ALTER TABLE users ALTER COLUMN age TYPE text;

-- the values are computed anew
ALTER TABLE users ALTER COLUMN note TYPE text USING upper(note);

-- a column becomes an array
ALTER TABLE users ALTER COLUMN note TYPE text[] USING ARRAY[note];

-- an enum is swapped as prisma writes it
CREATE TYPE "role_new" AS ENUM ('member');
ALTER TABLE users ALTER COLUMN role TYPE "role_new" USING (role::text::"role_new");
ALTER TYPE role RENAME TO role_old;
ALTER TYPE role_new RENAME TO role;
DROP TYPE role_old;

-- a domain is tightened
ALTER DOMAIN slug SET NOT NULL;

-- a domain loses a check
ALTER DOMAIN slug DROP CONSTRAINT slug_check;

-- a generated expression changes
ALTER TABLE users ALTER COLUMN score SET EXPRESSION AS (1);

-- a sequence begins again
ALTER SEQUENCE ticket_number RESTART WITH 1;

-- a sequence jumps back
SELECT setval('ticket_number', 1);

-- a sequence cycles
ALTER SEQUENCE ticket_number CYCLE;

-- rows are deleted
DELETE FROM posts;

-- some rows are deleted
DELETE FROM posts WHERE views = 0;

-- rows are deleted by join
DELETE FROM posts USING users WHERE posts.author_id = users.id;

-- a table is emptied
TRUNCATE posts;

-- tables are emptied by cascade
TRUNCATE TABLE users RESTART IDENTITY CASCADE;

-- every row changes
UPDATE users SET note = '';

-- some rows change
UPDATE users SET role = 'owner' WHERE id = 1;

-- rows change by join
UPDATE posts SET title = u.name FROM users u WHERE u.id = author_id;

-- an old column changes along with a new one
ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = name, name = NULL;

-- rows are overwritten on conflict
INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET email = 'a';

-- rows are merged
MERGE INTO users u USING posts p ON u.id = p.author_id WHEN MATCHED THEN DELETE;

-- rows are deleted inside a WITH
WITH gone AS (DELETE FROM posts RETURNING *) SELECT count(*) FROM gone;

-- rows are deleted while inserting
CREATE TABLE log (n int); WITH gone AS (DELETE FROM posts RETURNING id) INSERT INTO log SELECT id FROM gone;

-- rows come from a program
COPY users FROM PROGRAM 'curl example.org';

-- rows go to a program
COPY users TO PROGRAM 'cat';

-- rows go to a file
COPY users TO '/tmp/users';

-- rows come from a file
COPY posts FROM '/tmp/posts';

-- a delete is explained and run
EXPLAIN ANALYZE DELETE FROM posts;

-- a delete is prepared
PREPARE p AS DELETE FROM posts;

-- a prepared statement runs
EXECUTE p;

-- a cursor is opened
DECLARE c CURSOR FOR SELECT * FROM users;

-- code runs at once
DO $$ BEGIN DELETE FROM posts; END $$;

-- code runs at once, and looks harmless
DO $$ BEGIN NULL; END $$;

-- code asks before it alters
DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE users ADD COLUMN x int; END IF; END $$;

-- a function is made
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

-- a function is replaced
CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- a procedure is made
CREATE PROCEDURE p() LANGUAGE sql AS 'DELETE FROM posts';

-- a procedure is called
CALL p();

-- a trigger is made
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();

-- an event trigger is made
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION stop();

-- a rule is made
CREATE RULE r AS ON INSERT TO users DO INSTEAD NOTHING;

-- a cast is made
CREATE CAST (text AS int) WITH INOUT AS IMPLICIT;

-- an operator is made
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);

-- an aggregate is made
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);

-- a language is made
CREATE LANGUAGE plpython3u;

-- a function is altered
ALTER FUNCTION touch() SECURITY DEFINER;

-- a function that runs SQL is called
SELECT query_to_xml('DELETE FROM posts', true, true, '');

-- the server waits
SELECT pg_sleep(600);

-- connections are ended
SELECT pg_terminate_backend(pid) FROM pg_stat_activity;

-- a file is read
SELECT pg_read_file('/etc/passwd');

-- a large object is removed
SELECT lo_unlink(1);

-- another database is asked
SELECT dblink_exec('DROP TABLE users');

-- an unknown function is called
SELECT tidy_up();

-- a trigger is switched off
ALTER TABLE users DISABLE TRIGGER ALL;

-- one trigger is switched off
ALTER TABLE users DISABLE TRIGGER touch;

-- a trigger is switched on always
ALTER TABLE users ENABLE ALWAYS TRIGGER touch;

-- row security hides every row
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- row security is switched off
ALTER TABLE users DISABLE ROW LEVEL SECURITY;

-- row security is forced
ALTER TABLE users FORCE ROW LEVEL SECURITY;

-- a policy is made for rows that exist
CREATE POLICY own ON users USING (id = 1);

-- a policy changes
ALTER POLICY own ON users USING (true);

-- rights are given
GRANT ALL ON users TO PUBLIC;

-- rights are taken
REVOKE SELECT ON users FROM app;

-- a role is given
GRANT admin TO app;

-- rights for later tables
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;

-- a role is made
CREATE ROLE intruder SUPERUSER LOGIN;

-- a user is made
CREATE USER intruder PASSWORD 'x';

-- a role is altered
ALTER ROLE app NOLOGIN;

-- a role's settings change
ALTER ROLE app SET search_path = evil;

-- the session becomes another role
SET ROLE postgres;

-- the session is authorized anew
SET SESSION AUTHORIZATION postgres;

-- triggers are passed by
SET session_replication_role = replica;

-- constraints wait
SET CONSTRAINTS ALL DEFERRED;

-- the server's configuration changes
ALTER SYSTEM SET fsync = off;

-- the database's settings change
ALTER DATABASE prod SET statement_timeout = 1;

-- strings change their meaning
SET standard_conforming_strings = off;

-- everything is reset
RESET ALL;

-- the session is thrown away
DISCARD ALL;

-- the transaction ends in the middle
CREATE TABLE a (i int); COMMIT; CREATE TABLE b (i int);

-- the transaction is taken back
CREATE TABLE a (i int); ROLLBACK;

-- the file opens a transaction
BEGIN; CREATE TABLE a (i int); COMMIT;

-- a savepoint is set
SAVEPOINT s;

-- a prepared transaction is made
PREPARE TRANSACTION 'x';

-- an extension that runs anything
CREATE EXTENSION plpython3u;

-- an extension that reads files
CREATE EXTENSION file_fdw;

-- an extension is updated
ALTER EXTENSION citext UPDATE;

-- a foreign server is made
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;

-- a foreign table is made
CREATE FOREIGN TABLE f (a int) SERVER s;

-- a foreign schema is imported
IMPORT FOREIGN SCHEMA public FROM SERVER s INTO billing;

-- a subscription is made
CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p;

-- a library is loaded
LOAD 'evil';

-- the bookkeeping is cleared
DELETE FROM "_prisma_migrations";

-- the bookkeeping is written
INSERT INTO "_prisma_migrations" (id) VALUES ('x');

-- the bookkeeping is altered
ALTER TABLE "_prisma_migrations" ADD COLUMN x int;

-- the catalogue is changed
UPDATE pg_catalog.pg_attribute SET attnotnull = false;

-- the catalogue gets a row
INSERT INTO pg_catalog.pg_cast VALUES (1);

-- a table takes a system name
CREATE TABLE pg_catalog.users (id int);

-- listeners are told
NOTIFY reload;

-- it is no SQL
ALTER TABLE users ADDD COLUMN x;

-- it is another dialect
ALTER TABLE `users` ADD COLUMN `x` INT;

-- an exotic option of a column
ALTER TABLE users ALTER CONSTRAINT users_fk DEFERRABLE;

-- an operator class
CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <;

-- a guarded block that drops
DO $$ BEGIN DROP TABLE posts; EXCEPTION WHEN undefined_table THEN NULL; END $$;

-- a guarded block of two statements
DO $$ BEGIN CREATE TYPE t AS ENUM ('a'); DELETE FROM posts; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
