-- a table as prisma writes it
-- CreateTable
CREATE TABLE "Comment" (
    "id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "likes" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "tags" TEXT[],
    "meta" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "Comment_pkey" PRIMARY KEY ("id")
);

-- a relation with cascade as prisma writes it
CREATE TABLE "Like" ("id" SERIAL NOT NULL, "postId" INTEGER NOT NULL, CONSTRAINT "Like_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "Like_postId_key" ON "Like"("postId");
ALTER TABLE "Like" ADD CONSTRAINT "Like_postId_fkey" FOREIGN KEY ("postId") REFERENCES "posts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- a required relation as prisma writes it
CREATE TABLE "Like" ("id" SERIAL NOT NULL, "userId" INTEGER NOT NULL, CONSTRAINT "Like_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Like" ADD CONSTRAINT "Like_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- a many-to-many table as prisma writes it
CREATE TABLE "_TagToPost" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL, CONSTRAINT "_TagToPost_AB_pkey" PRIMARY KEY ("A","B"));
CREATE INDEX "_TagToPost_B_index" ON "_TagToPost"("B");
ALTER TABLE "_TagToPost" ADD CONSTRAINT "x" FOREIGN KEY ("A") REFERENCES "posts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- an optional relation on an existing table
ALTER TABLE "posts" ADD COLUMN "editorId" INTEGER;
ALTER TABLE "posts" ADD CONSTRAINT "e" FOREIGN KEY ("editorId") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- an optional column
ALTER TABLE users ADD COLUMN phone text;

-- two columns at once
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN fax text;

-- a required column with a default
ALTER TABLE "users" ADD COLUMN "active" BOOLEAN NOT NULL DEFAULT true;

-- a required column with an enum default
ALTER TABLE users ADD COLUMN second_role role NOT NULL DEFAULT 'member';

-- a required time
ALTER TABLE users ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();

-- a required time of the transaction
ALTER TABLE "users" ADD COLUMN "madeAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- a required list
ALTER TABLE users ADD COLUMN tags text[] NOT NULL DEFAULT '{}';

-- a required empty array
ALTER TABLE "users" ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- a required document
ALTER TABLE users ADD COLUMN settings jsonb NOT NULL DEFAULT '{}'::jsonb;

-- a required uuid
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();

-- a uuid of the extension
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid_generate_v4());

-- a column if it is not there
ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;

-- a new optional unique column
ALTER TABLE "users" ADD COLUMN "handle" TEXT;
CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle");

-- a new optional unique column, short form
ALTER TABLE users ADD COLUMN handle text UNIQUE;

-- a check the default passes
ALTER TABLE users ADD COLUMN state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done'));

-- a check over an empty new column
ALTER TABLE users ADD COLUMN rank int CHECK (rank BETWEEN 1 AND 5);

-- a check as a statement of its own
ALTER TABLE users ADD COLUMN rank int; ALTER TABLE users ADD CONSTRAINT r CHECK (rank > 0);

-- a default in two steps
ALTER TABLE users ADD COLUMN rank int; ALTER TABLE users ALTER COLUMN rank SET DEFAULT 0;

-- a required column in two steps
ALTER TABLE users ADD COLUMN rank int DEFAULT 0; ALTER TABLE users ALTER COLUMN rank SET NOT NULL;

-- a default that reaches ahead
ALTER TABLE users ADD COLUMN ends_at timestamptz NOT NULL DEFAULT (now() + interval '14 days');

-- a time of a zone
ALTER TABLE users ADD COLUMN t timestamp NOT NULL DEFAULT timezone('utc', now());

-- an index
CREATE INDEX posts_title_idx ON posts (title);

-- an index if it is not there
CREATE INDEX IF NOT EXISTS i ON posts (author_id, views DESC NULLS LAST);

-- an index that carries columns
CREATE INDEX i ON posts (author_id) INCLUDE (title);

-- an index over part
CREATE INDEX i ON users (email) WHERE age IS NULL;

-- an index over lower case
CREATE INDEX i ON users (lower(email));

-- an index over a document
CREATE INDEX i ON users USING gin (data jsonb_path_ops);

-- an index over a field of a document
CREATE INDEX i ON users ((data ->> 'city'));

-- an index for text search
CREATE INDEX i ON posts USING gin (to_tsvector('english', coalesce(body, '')));

-- a unique expression on a new table
CREATE TABLE t (a text); CREATE UNIQUE INDEX u ON t (lower(a)) WHERE a IS NOT NULL;

-- an enum
CREATE TYPE "Status" AS ENUM ('OPEN', 'DONE');

-- an enum and a table of it
CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE days (m mood NOT NULL DEFAULT 'good');

-- an enum value
ALTER TYPE role ADD VALUE 'guest';

-- two enum values
ALTER TYPE "role" ADD VALUE IF NOT EXISTS 'guest'; ALTER TYPE "role" ADD VALUE 'bot' BEFORE 'owner';

-- a composite type
CREATE TYPE address AS (street text, city text);

-- a domain
CREATE DOMAIN email_address AS text CHECK (VALUE ~ '@');

-- a range type
CREATE TYPE float_range AS RANGE (subtype = float8);

-- a sequence with its owner
CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY t.id;

-- a view
CREATE VIEW authors AS SELECT u.id, count(p.id) AS n FROM users u LEFT JOIN posts p ON p.author_id = u.id GROUP BY u.id;

-- a view with a WITH and a window
CREATE VIEW ranked AS WITH p AS (SELECT * FROM posts) SELECT id, row_number() OVER (PARTITION BY author_id ORDER BY views DESC) FROM p;

-- a new view in the careful form
CREATE OR REPLACE VIEW fresh_view AS SELECT id FROM users;

-- a materialized view
CREATE MATERIALIZED VIEW daily AS SELECT date_trunc('day', seen_at) AS d, count(*) FROM users GROUP BY 1;

-- a schema
CREATE SCHEMA IF NOT EXISTS reporting; CREATE TABLE reporting.facts (id bigserial PRIMARY KEY);

-- the schema public once more
CREATE SCHEMA IF NOT EXISTS "public";

-- seeds of a new table
CREATE TABLE plans (code text PRIMARY KEY, price int); INSERT INTO plans VALUES ('free', 0), ('pro', 10);

-- seeds of a new table, twice safe
CREATE TABLE plans (code text PRIMARY KEY); INSERT INTO plans (code) VALUES ('free') ON CONFLICT (code) DO NOTHING;

-- rows copied into a new table
CREATE TABLE names (id int, name text); INSERT INTO names SELECT id, name FROM users;

-- a copy of a table
CREATE TABLE users_copy AS SELECT * FROM users;

-- a table like another
CREATE TABLE posts_archive (LIKE posts INCLUDING ALL);

-- a partitioned table with parts
CREATE TABLE logs (at date NOT NULL, t text) PARTITION BY RANGE (at); CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2030-01-01') TO ('2031-01-01'); CREATE TABLE logs_rest PARTITION OF logs DEFAULT;

-- one more partition
CREATE TABLE events_2030 PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');

-- a generated column of a new table
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY);

-- every kind of constraint on a new table
CREATE TABLE t (a int CHECK (a > 0), b int REFERENCES users ON DELETE CASCADE, c tsrange, UNIQUE (a, b), EXCLUDE USING gist (c WITH &&));

-- constraints after the table
CREATE TABLE t (a int, b int); ALTER TABLE t ADD PRIMARY KEY (a); ALTER TABLE t ADD CONSTRAINT c CHECK (b > a), ALTER COLUMN b SET NOT NULL;

-- comments
COMMENT ON TABLE users IS 'people'; COMMENT ON COLUMN users.age IS 'in years';

-- row security of a new table
CREATE TABLE t (i int); ALTER TABLE t ENABLE ROW LEVEL SECURITY;

-- time limits
SET LOCAL lock_timeout = '2s'; SET statement_timeout = 60000; ALTER TABLE users ADD COLUMN phone text;

-- the head of a dump
SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SELECT pg_catalog.set_config('search_path', '', false); SET check_function_bodies = false; CREATE TABLE public.t (id integer NOT NULL); CREATE SEQUENCE public.t_id_seq AS integer START WITH 1; ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id; ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT nextval('public.t_id_seq'::regclass); SELECT pg_catalog.setval('public.t_id_seq', 1, false); ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

-- names that need quotes
CREATE TABLE "Über uns" ("naïve; name" text, "select" int); CREATE INDEX "x""y" ON "Über uns" ("select");

-- a self reference
CREATE TABLE nodes (id int PRIMARY KEY, parent_id int REFERENCES nodes (id) ON DELETE RESTRICT);

-- already required
ALTER TABLE users ALTER COLUMN email SET NOT NULL;

-- extended statistics
CREATE STATISTICS s ON author_id, views FROM posts;

-- an empty file
-- nothing to do

-- an enum unless it is there, as drizzle writes it
DO $$ BEGIN
 CREATE TYPE "public"."level" AS ENUM('low', 'high');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "alerts" ("id" serial PRIMARY KEY NOT NULL, "level" "level" DEFAULT 'low' NOT NULL, "user_id" integer NOT NULL);
--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "alerts" ADD CONSTRAINT "alerts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;

-- a required key made as text
ALTER TABLE users ADD COLUMN invite text NOT NULL DEFAULT gen_random_uuid()::text;

-- a required code made of random digits
ALTER TABLE users ADD COLUMN code text NOT NULL DEFAULT upper(substr(md5(random()::text), 1, 8));

-- a required time in milliseconds
ALTER TABLE users ADD COLUMN at_ms bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint;

-- a careful table with row security
CREATE TABLE IF NOT EXISTS drafts (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, owner uuid NOT NULL UNIQUE); CREATE UNIQUE INDEX IF NOT EXISTS d ON drafts (owner); ALTER TABLE drafts ENABLE ROW LEVEL SECURITY; ALTER TABLE drafts ADD CONSTRAINT o CHECK (owner IS NOT NULL); INSERT INTO drafts (owner) VALUES (gen_random_uuid());

-- what goose writes into an empty file
SELECT 'up SQL query';

-- an enum whose name only looks built in
CREATE TYPE "Interval" AS ENUM ('MONTH', 'YEAR'); ALTER TABLE users ADD COLUMN "billing" "Interval" NOT NULL DEFAULT 'MONTH';

-- an enum value and the same word as plain text
ALTER TYPE role ADD VALUE 'active'; CREATE TABLE jobs (state text NOT NULL DEFAULT 'active');

-- a careful first table with its seeds
CREATE TABLE IF NOT EXISTS plans (code text PRIMARY KEY); INSERT INTO plans (code) VALUES ('free'), ('pro');

-- a document that must be an object
ALTER TABLE users ADD COLUMN extra jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(extra) = 'object');

-- a collation
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- the zone of the session
SET TIME ZONE 'UTC'; CREATE TABLE t (i int);
