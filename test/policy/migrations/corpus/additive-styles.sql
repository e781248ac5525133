-- prisma: a schema of its own, then a table in it
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "auth";

-- CreateTable
CREATE TABLE "auth"."Session" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" INTEGER NOT NULL,
    "expiresAt" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "auth"."Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "public"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- prisma: an enum in another schema
CREATE TYPE "billing"."PlanKind" AS ENUM ('FREE', 'TEAM', 'ENTERPRISE');
ALTER TABLE "billing"."invoices" ADD COLUMN     "plan" "billing"."PlanKind" NOT NULL DEFAULT 'FREE';

-- prisma: an enum value alone
-- AlterEnum
ALTER TYPE "OrderStatus" ADD VALUE 'REFUNDED';

-- prisma: several enum values, with the generator's warning
-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "OrderStatus" ADD VALUE 'RETURNED';
ALTER TYPE "OrderStatus" ADD VALUE 'LOST';

-- prisma: an enum value at its place
ALTER TYPE "OrderStatus" ADD VALUE IF NOT EXISTS 'PACKED' BEFORE 'SHIPPED';

-- prisma: columns with its wide blanks
-- AlterTable
ALTER TABLE "Order" ADD COLUMN     "couponCode" TEXT,
ADD COLUMN     "discount" DECIMAL(65,30) NOT NULL DEFAULT 0,
ADD COLUMN     "giftWrap" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "placedAt" TIMESTAMP(3);

-- prisma: default of a list
ALTER TABLE "Order" ADD COLUMN     "labels" TEXT[] DEFAULT ARRAY['new', 'web']::TEXT[];

-- prisma: a table with a composite key and its indexes
-- CreateTable
CREATE TABLE "OrderTag" (
    "orderId" TEXT NOT NULL,
    "tag" VARCHAR(32) NOT NULL,
    "position" SMALLINT NOT NULL DEFAULT 0,

    CONSTRAINT "OrderTag_pkey" PRIMARY KEY ("orderId","tag")
);

-- CreateIndex
CREATE INDEX "OrderTag_tag_position_idx" ON "OrderTag"("tag", "position" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "OrderTag_orderId_position_key" ON "OrderTag"("orderId", "position");

-- AddForeignKey
ALTER TABLE "OrderTag" ADD CONSTRAINT "OrderTag_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- prisma: mapped names of table, columns and constraint
CREATE TABLE "app_users_v2" (
    "user_id" BIGSERIAL NOT NULL,
    "display_name" VARCHAR(120) NOT NULL,
    "Is Admin?" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "pk_app_users_v2" PRIMARY KEY ("user_id")
);
CREATE UNIQUE INDEX "uq_app_users_v2__display_name" ON "app_users_v2"("display_name");

-- prisma: relation of a table with itself
CREATE TABLE "Category" (
    "id" SERIAL NOT NULL,
    "parentId" INTEGER,
    CONSTRAINT "Category_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Category" ADD CONSTRAINT "Category_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Category"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- prisma: an optional relation from an old table to a new one
CREATE TABLE "Warehouse" ("id" TEXT NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "Warehouse_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Order" ADD COLUMN     "warehouseId" TEXT;
CREATE INDEX "Order_warehouseId_idx" ON "Order"("warehouseId");
ALTER TABLE "Order" ADD CONSTRAINT "Order_warehouseId_fkey" FOREIGN KEY ("warehouseId") REFERENCES "Warehouse"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- prisma: a one-to-one relation on a new optional column
ALTER TABLE "Order" ADD COLUMN     "invoiceId" BIGINT;
CREATE UNIQUE INDEX "Order_invoiceId_key" ON "Order"("invoiceId");
ALTER TABLE "Order" ADD CONSTRAINT "Order_invoiceId_fkey" FOREIGN KEY ("invoiceId") REFERENCES "billing"."invoices"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- prisma: implicit many-to-many without the key of older releases
-- CreateTable
CREATE TABLE "_OrderToPost" (
    "A" TEXT NOT NULL,
    "B" INTEGER NOT NULL
);
-- CreateIndex
CREATE UNIQUE INDEX "_OrderToPost_AB_unique" ON "_OrderToPost"("A", "B");
-- CreateIndex
CREATE INDEX "_OrderToPost_B_index" ON "_OrderToPost"("B");
-- AddForeignKey
ALTER TABLE "_OrderToPost" ADD CONSTRAINT "_OrderToPost_A_fkey" FOREIGN KEY ("A") REFERENCES "Order"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- AddForeignKey
ALTER TABLE "_OrderToPost" ADD CONSTRAINT "_OrderToPost_B_fkey" FOREIGN KEY ("B") REFERENCES "posts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- prisma: an index of another kind
CREATE INDEX "users_data_idx" ON "users" USING GIN ("data");

-- prisma: an index with an operator class
CREATE INDEX "users_data_path_idx" ON "users" USING GIN ("data" jsonb_path_ops);

-- prisma: hash and brin indexes
CREATE INDEX "Order_note_idx" ON "Order" USING HASH ("note");
CREATE INDEX "Order_createdAt_idx" ON "Order" USING BRIN ("createdAt");

-- prisma: an index with order of nulls
CREATE INDEX "Order_updatedAt_idx" ON "Order"("updatedAt" DESC NULLS LAST, "id" ASC);

-- prisma: table with every scalar it knows
CREATE TABLE "Everything" (
    "id" BIGSERIAL NOT NULL,
    "a" DOUBLE PRECISION NOT NULL,
    "b" REAL,
    "c" OID,
    "d" BIT(8) NOT NULL,
    "e" VARBIT,
    "f" DATE NOT NULL,
    "g" TIME(6),
    "h" TIMETZ(6),
    "i" BYTEA,
    "j" INET,
    "k" MONEY,
    "l" XML,
    "m" CHAR(2) NOT NULL DEFAULT 'xx',
    "n" JSON,
    "o" UUID[],
    CONSTRAINT "Everything_pkey" PRIMARY KEY ("id")
);

-- prisma: dbgenerated defaults
CREATE TABLE "Token" (
    "id" TEXT NOT NULL DEFAULT concat('tok_', replace(gen_random_uuid()::text, '-', '')),
    "secret" TEXT NOT NULL DEFAULT md5(random()::text),
    "dueAt" TIMESTAMP(3) NOT NULL DEFAULT (now() + '7 days'::interval),
    CONSTRAINT "Token_pkey" PRIMARY KEY ("id")
);

-- prisma: a required column with a time from now
ALTER TABLE "Order" ADD COLUMN "dueAt" TIMESTAMP(3) NOT NULL DEFAULT (CURRENT_TIMESTAMP + interval '1 day');

-- prisma: a default in the time zone of the office
ALTER TABLE "Order" ADD COLUMN "seenAt" TIMESTAMP(3) NOT NULL DEFAULT timezone('utc', now());

-- prisma: a default at utc
ALTER TABLE "Order" ADD COLUMN "readAt" TIMESTAMP(3) NOT NULL DEFAULT (now() AT TIME ZONE 'utc');

-- prisma diff: identity column in a new table
CREATE TABLE "Ledger" (
    "id" INTEGER NOT NULL GENERATED ALWAYS AS IDENTITY,
    "amount" DECIMAL(12,2) NOT NULL CHECK ("amount" <> 0),
    CONSTRAINT "Ledger_pkey" PRIMARY KEY ("id")
);

-- prisma diff: nothing to do
-- This is an empty migration.

-- drizzle: statements apart by its mark
CREATE TABLE IF NOT EXISTS "teams" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "team_id" integer;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;

-- drizzle: a guarded type
DO $$ BEGIN
 CREATE TYPE "public"."visibility" AS ENUM('public', 'private');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;

-- drizzle: a guarded foreign key of a new table
CREATE TABLE "memberships" ("user_id" integer NOT NULL, "team" text NOT NULL, CONSTRAINT "memberships_user_id_team_pk" PRIMARY KEY("user_id","team"));
DO $$ BEGIN
 ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;

-- drizzle: index with btree spelt out
CREATE INDEX IF NOT EXISTS "posts_author_idx" ON "posts" USING btree ("author_id");

-- drizzle: index over an expression of a new table
CREATE TABLE "logins" ("email" text NOT NULL, "at" timestamp DEFAULT now());--> statement-breakpoint
CREATE UNIQUE INDEX "logins_email_unique" ON "logins" USING btree (lower("email"));

-- drizzle: generated identity with sequence options
CREATE TABLE "tickets" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tickets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"title" varchar(256)
);

-- knex: what it compiles to
create table "audit_log" ("id" bigserial primary key, "actor_id" integer not null, "action" varchar(255) not null, "payload" jsonb, "created_at" timestamptz not null default CURRENT_TIMESTAMP);
alter table "audit_log" add constraint "audit_log_actor_id_foreign" foreign key ("actor_id") references "users" ("id") on delete CASCADE;
create index "audit_log_actor_id_index" on "audit_log" ("actor_id");

-- knex: text with a check as its enum
create table "jobs" ("id" uuid default gen_random_uuid() primary key, "state" text check ("state" in ('queued', 'running', 'done')) not null default 'queued');

-- knex: a unique constraint of a new table
create table "slugs" ("slug" varchar(255), "post_id" integer);
alter table "slugs" add constraint "slugs_slug_unique" unique ("slug");

-- knex: a comment on a column
alter table "users" add column "locale" varchar(8) null;
comment on column "users"."locale" is 'BCP 47';

-- typeorm: one line in double quotes
CREATE TABLE "photo" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "name" character varying NOT NULL, "views" integer NOT NULL DEFAULT '0', CONSTRAINT "PK_723fa50bf70dcfd06fb5a44d4ff" PRIMARY KEY ("id"));

-- typeorm: an enum named after its table
CREATE TYPE "public"."photo_state_enum" AS ENUM('draft', 'final');
CREATE TABLE "photo" ("id" SERIAL NOT NULL, "state" "public"."photo_state_enum" NOT NULL DEFAULT 'draft', CONSTRAINT "UQ_state" UNIQUE ("state"), CONSTRAINT "PK_x" PRIMARY KEY ("id"));

-- typeorm: an optional relation
ALTER TABLE "posts" ADD "photoId" integer;
ALTER TABLE "posts" ADD CONSTRAINT "FK_photo" FOREIGN KEY ("photoId") REFERENCES "posts"("id") ON DELETE SET NULL ON UPDATE NO ACTION;

-- rails: structure of a create_table
CREATE TABLE public.bookmarks (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    url character varying DEFAULT ''::character varying NOT NULL,
    created_at timestamp(6) without time zone NOT NULL,
    updated_at timestamp(6) without time zone NOT NULL
);
CREATE SEQUENCE public.bookmarks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.bookmarks_id_seq OWNED BY public.bookmarks.id;
ALTER TABLE ONLY public.bookmarks ALTER COLUMN id SET DEFAULT nextval('public.bookmarks_id_seq'::regclass);
ALTER TABLE ONLY public.bookmarks ADD CONSTRAINT bookmarks_pkey PRIMARY KEY (id);
CREATE INDEX index_bookmarks_on_user_id ON public.bookmarks USING btree (user_id);

-- rails: a partial index
CREATE INDEX "index_posts_unread" ON "posts" ("author_id") WHERE "views" = 0;

-- rails: partial index by null
CREATE INDEX index_users_on_seen ON users (email) WHERE seen_at IS NULL;

-- rails: covering index
CREATE INDEX index_posts_on_author ON posts (author_id) INCLUDE (title, views);

-- django: with its name of an index and deferred keys
CREATE TABLE "shop_basket" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "owner_id" integer NOT NULL, "opened" timestamp with time zone NOT NULL);
ALTER TABLE "shop_basket" ADD CONSTRAINT "shop_basket_owner_id_71f2_fk_users_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "shop_basket_owner_id_71f2" ON "shop_basket" ("owner_id");

-- django: a varchar with its pattern index
CREATE TABLE "shop_code" ("code" varchar(20) NOT NULL PRIMARY KEY);
CREATE INDEX "shop_code_code_like" ON "shop_code" ("code" varchar_pattern_ops);

-- django: a positive number
CREATE TABLE "shop_stock" ("id" bigserial PRIMARY KEY, "left" integer NOT NULL CHECK ("left" >= 0));

-- flyway: a header, a table, its first rows
-- V12: currencies
-- Author: the shop team
CREATE TABLE currency (
  code char(3) PRIMARY KEY,
  digits smallint NOT NULL DEFAULT 2
);
INSERT INTO currency (code, digits) VALUES ('EUR', 2), ('JPY', 0), ('KWD', 3);

-- flyway: rows without a list of columns
CREATE TABLE vat (country text PRIMARY KEY, rate numeric(4, 2) NOT NULL);
INSERT INTO vat VALUES ('DE', 19.00);
INSERT INTO vat VALUES ('FR', 20.00) ON CONFLICT DO NOTHING;

-- flyway: a view for reports
CREATE VIEW reporting_orders AS
SELECT o."id", o."total", u.email
FROM "Order" o JOIN users u ON u.id = o."customerId"
WHERE o."status" <> 'PENDING';

-- flyway: a view that counts by group
CREATE VIEW order_count AS
SELECT date_trunc('day', "createdAt") AS day, count(*) AS orders, coalesce(sum("total"), 0) AS total
FROM "Order" GROUP BY 1;

-- sqlx: a trigger-free table with a generated column
CREATE TABLE lines (
    price numeric(10, 2) NOT NULL,
    amount int NOT NULL,
    total numeric(12, 2) GENERATED ALWAYS AS (price * amount) STORED
);

-- golang-migrate: begins with BEGIN of its own in lower case comments
-- +begin is no mark of any tool
CREATE TABLE IF NOT EXISTS devices (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  owner int REFERENCES users ON DELETE CASCADE,
  PRIMARY KEY (id)
);

-- supabase: a table in public with security on
create table public.profiles (
  id uuid not null primary key,
  username text unique,
  updated_at timestamp with time zone,
  constraint username_length check (char_length(username) >= 3)
);
alter table public.profiles enable row level security;

-- hasura: an alter table alone, fully qualified
alter table "public"."users" add column "nickname" text
 null;

-- hasura: a required column with a default
alter table "billing"."invoices" add column "currency" text
 not null default 'EUR';

-- atlas: comments name what it does
-- Modify "users" table
ALTER TABLE "public"."users" ADD COLUMN "timezone" character varying(64) NULL, ADD COLUMN "beta" boolean NOT NULL DEFAULT false;
-- Create index "users_timezone" to table: "users"
CREATE INDEX "users_timezone" ON "public"."users" ("timezone");

-- liquibase: formatted sql
--liquibase formatted sql
--changeset ada:42
CREATE TABLE feature (key varchar(64) NOT NULL, enabled boolean DEFAULT false NOT NULL, CONSTRAINT feature_pk PRIMARY KEY (key));
--rollback DROP TABLE feature;

-- names of other tongues
CREATE TABLE "Straße" ("größe" int, "名前" text);
ALTER TABLE "Order" ADD COLUMN "Ünïcode" text;

-- a column named like a keyword
ALTER TABLE "Order" ADD COLUMN "order" integer, ADD COLUMN "user" text, ADD COLUMN "drop" boolean;

-- a partitioned table and its parts, all new
CREATE TABLE measurements (at date NOT NULL, value real) PARTITION BY RANGE (at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- a domain and a table that uses it
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE counted (n positive NOT NULL);

-- a composite type
CREATE TYPE address AS (street text, city text);
CREATE TABLE places (id serial PRIMARY KEY, at address);

-- no overlap in a new table
CREATE TABLE bookings (room int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (during WITH &&));

-- statistics for the planner
CREATE STATISTICS order_stats (dependencies) ON "customerId", "status" FROM "Order";

-- a required column by default of a cast
ALTER TABLE "Order" ADD COLUMN "kind" VARCHAR(16) NOT NULL DEFAULT 'web'::character varying;

-- a negative default, a default in the millions
ALTER TABLE users ADD COLUMN credit integer NOT NULL DEFAULT -1, ADD COLUMN quota bigint NOT NULL DEFAULT 1000000;

-- a default of an empty document by function
ALTER TABLE users ADD COLUMN prefs jsonb NOT NULL DEFAULT jsonb_build_object();

-- a check of a new optional column
ALTER TABLE users ADD COLUMN stars smallint CHECK (stars BETWEEN 1 AND 5);

-- a check added behind its new column
ALTER TABLE users ADD COLUMN stars smallint;
ALTER TABLE users ADD CONSTRAINT users_stars_check CHECK (stars >= 1);

-- prisma: required relation to an old table, table and key in one file
-- CreateTable
CREATE TABLE "Review" (
    "id" SERIAL NOT NULL,
    "orderId" TEXT NOT NULL,
    "authorId" INTEGER NOT NULL,
    "stars" INTEGER NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Review_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Review_orderId_idx" ON "Review"("orderId");

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- prisma: a view of the preview feature
CREATE VIEW "OrderSummary" AS
  SELECT "customerId", COUNT(*)::int AS "orders", MAX("createdAt") AS "last"
  FROM "Order"
  GROUP BY "customerId";

-- prisma: text search column of a new table
CREATE TABLE "Doc" (
    "id" SERIAL NOT NULL,
    "body" TEXT NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (to_tsvector('english', "body")) STORED,
    CONSTRAINT "Doc_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Doc_search_idx" ON "Doc" USING GIN ("search");

-- prisma: enum default with a cast to a new type
CREATE TYPE "Visibility" AS ENUM ('PUBLIC', 'PRIVATE');
ALTER TABLE "Order" ADD COLUMN     "visibility" "Visibility" NOT NULL DEFAULT 'PUBLIC';

-- prisma: enum list column
CREATE TYPE "Channel" AS ENUM ('MAIL', 'SMS');
ALTER TABLE "users" ADD COLUMN     "channels" "Channel"[] DEFAULT ARRAY['MAIL']::"Channel"[];

-- prisma: enum list without a default
CREATE TYPE "Perm" AS ENUM ('READ', 'WRITE');
ALTER TABLE "users" ADD COLUMN     "perms" "Perm"[];

-- prisma: json default with quotes
ALTER TABLE "Order" ADD COLUMN     "meta" JSONB NOT NULL DEFAULT '{"source": "it''s web", "drop table": true}';

-- prisma: a bytes default and a big default
ALTER TABLE "Order" ADD COLUMN     "blob" BYTEA NOT NULL DEFAULT '\x', ADD COLUMN "cents" BIGINT NOT NULL DEFAULT 9007199254740993;

-- prisma: a date default
ALTER TABLE "Order" ADD COLUMN     "billedOn" DATE NOT NULL DEFAULT '2025-01-01', ADD COLUMN "at" TIME(0) NOT NULL DEFAULT '08:00:00';

-- prisma: float default written with an exponent
ALTER TABLE "Order" ADD COLUMN     "weight" DOUBLE PRECISION NOT NULL DEFAULT 1e-3;

-- prisma: default current_date
ALTER TABLE "Order" ADD COLUMN     "day" DATE NOT NULL DEFAULT CURRENT_DATE;

-- prisma: unique over a new optional and an old column
ALTER TABLE "Order" ADD COLUMN     "externalId" TEXT;
CREATE UNIQUE INDEX "Order_customerId_externalId_key" ON "Order"("customerId", "externalId");

-- prisma: primary key with a name mapped
CREATE TABLE "m" ("a" TEXT NOT NULL, "b" TEXT NOT NULL, CONSTRAINT "my pk" PRIMARY KEY ("a", "b"));

-- prisma: two new tables that point at each other
CREATE TABLE "Team" ("id" TEXT NOT NULL, "leadId" TEXT, CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Member" ("id" TEXT NOT NULL, "teamId" TEXT NOT NULL, CONSTRAINT "Member_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "Team_leadId_key" ON "Team"("leadId");
ALTER TABLE "Team" ADD CONSTRAINT "Team_leadId_fkey" FOREIGN KEY ("leadId") REFERENCES "Member"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Member" ADD CONSTRAINT "Member_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- prisma: set default action of a new relation
ALTER TABLE "Order" ADD COLUMN "agentId" INTEGER;
ALTER TABLE "Order" ADD CONSTRAINT "Order_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "users"("id") ON DELETE SET DEFAULT ON UPDATE CASCADE;

-- prisma: composite relation on two new columns
CREATE TABLE "Shelf" ("hall" TEXT NOT NULL, "no" INTEGER NOT NULL, CONSTRAINT "Shelf_pkey" PRIMARY KEY ("hall","no"));
ALTER TABLE "order_items" ADD COLUMN "hall" TEXT, ADD COLUMN "shelfNo" INTEGER;
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_hall_shelfNo_fkey" FOREIGN KEY ("hall", "shelfNo") REFERENCES "Shelf"("hall", "no") ON DELETE SET NULL ON UPDATE CASCADE;

-- prisma: hash sharded index names cut at 63 characters
CREATE INDEX "a_very_long_model_name_with_many_words_another_column_name_an_i" ON "Order"("customerId", "status", "createdAt");

-- prisma: fillfactor of a new index
CREATE INDEX "Order_status_idx" ON "Order"("status") WITH (fillfactor = 70);

-- drizzle: check of a new table by a constraint
CREATE TABLE "ratings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"stars" integer NOT NULL,
	CONSTRAINT "stars_check" CHECK ("ratings"."stars" > 0 AND "ratings"."stars" <= 5)
);

-- drizzle: unique with nulls not distinct in a new table
CREATE TABLE "seats" ("row" text, "no" integer, CONSTRAINT "seats_row_no_unique" UNIQUE NULLS NOT DISTINCT("row","no"));

-- drizzle: a json default by sql
ALTER TABLE "users" ADD COLUMN "flags" json DEFAULT '[]'::json NOT NULL;

-- drizzle: timestamps in text mode
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp (3) with time zone;

-- drizzle: a vector of numbers as an array
ALTER TABLE "posts" ADD COLUMN "embedding" double precision[] DEFAULT '{}'::double precision[] NOT NULL;

-- drizzle: if not exists on a column
ALTER TABLE "posts" ADD COLUMN IF NOT EXISTS "subtitle" text;

-- drizzle: new schema by its tool
CREATE SCHEMA "analytics";
--> statement-breakpoint
CREATE TABLE "analytics"."hits" ("id" bigserial PRIMARY KEY NOT NULL, "path" text NOT NULL, "at" timestamp DEFAULT now() NOT NULL);
--> statement-breakpoint
CREATE INDEX "hits_path_idx" ON "analytics"."hits" USING btree ("path","at" DESC NULLS LAST);

-- rails: an add_reference with an index
ALTER TABLE "posts" ADD "reviewer_id" bigint;
CREATE INDEX "index_posts_on_reviewer_id" ON "posts" ("reviewer_id");

-- rails: counter cache
ALTER TABLE "users" ADD "posts_count" integer DEFAULT 0 NOT NULL;

-- rails: json, inet, daterange
ALTER TABLE users ADD COLUMN last_ip inet, ADD COLUMN active_during daterange, ADD COLUMN raw json;

-- rails: string array
ALTER TABLE "posts" ADD "keywords" character varying[] DEFAULT '{}';

-- rails: polymorphic pair and its index
ALTER TABLE "posts" ADD "owner_type" character varying;
ALTER TABLE "posts" ADD "owner_id" bigint;
CREATE INDEX "index_posts_on_owner" ON "posts" ("owner_type", "owner_id");

-- django: many to many through
CREATE TABLE "blog_post_tags" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "post_id" integer NOT NULL, "tag" varchar(50) NOT NULL);
ALTER TABLE "blog_post_tags" ADD CONSTRAINT "blog_post_tags_post_id_tag_uniq" UNIQUE ("post_id", "tag");
ALTER TABLE "blog_post_tags" ADD CONSTRAINT "blog_post_tags_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") DEFERRABLE INITIALLY DEFERRED;

-- django: conditional unique of a new table
CREATE TABLE "addr" ("id" serial PRIMARY KEY, "owner" integer NOT NULL, "main" boolean NOT NULL);
CREATE UNIQUE INDEX "one_main" ON "addr" ("owner") WHERE "main";

-- flyway: a lock time-out first
SET lock_timeout = '2s';
SET statement_timeout = '30s';
ALTER TABLE users ADD COLUMN theme text;

-- flyway: quoted text over lines with a semicolon
CREATE TABLE templates (id serial PRIMARY KEY, body text NOT NULL DEFAULT 'Dear customer;
DROP TABLE users; --
thank you');

-- flyway: dollar quotes as a value
CREATE TABLE snippets (id int PRIMARY KEY, code text);
INSERT INTO snippets VALUES (1, $js$DELETE FROM users;$js$);

-- flyway: rows by select of values
CREATE TABLE weekday (no int PRIMARY KEY, name text NOT NULL);
INSERT INTO weekday (no, name) SELECT * FROM (VALUES (1, 'Mon'), (2, 'Tue')) AS v(no, name);

-- flyway: rows with fresh ids and times
CREATE TABLE roles (id uuid PRIMARY KEY, name text, made timestamptz);
INSERT INTO roles (id, name, made) VALUES (gen_random_uuid(), 'admin', now()), (gen_random_uuid(), 'guest', CURRENT_TIMESTAMP);

-- flyway: a materialized view
CREATE MATERIALIZED VIEW order_totals AS SELECT "customerId", sum("total") AS total FROM "Order" GROUP BY "customerId" WITH NO DATA;

-- sequence for numbers that people see
CREATE SEQUENCE invoice_no START WITH 1000 INCREMENT BY 1 NO CYCLE;
CREATE TABLE numbered (id int PRIMARY KEY DEFAULT nextval('invoice_no'));

-- a new column numbered by nobody, with a check and a comment
ALTER TABLE "Order" ADD COLUMN "rank" INTEGER;
COMMENT ON COLUMN "Order"."rank" IS E'higher\tis better';
COMMENT ON INDEX "Order_customerId_idx" IS 'by customer';

-- partition of a new kind
CREATE TABLE logs (id bigint, region text) PARTITION BY LIST (region);
CREATE TABLE logs_eu PARTITION OF logs FOR VALUES IN ('de', 'fr');
CREATE INDEX ON logs (id);

-- defaults set in a new table afterwards
CREATE TABLE later (id int NOT NULL, state text);
ALTER TABLE later ALTER COLUMN state SET DEFAULT 'new';
ALTER TABLE later ALTER COLUMN state SET NOT NULL;
ALTER TABLE later ADD PRIMARY KEY (id);

-- an interval and an array of intervals
ALTER TABLE users ADD COLUMN trial interval NOT NULL DEFAULT '14 days', ADD COLUMN pauses interval[];

-- a case as a generated column of a new table
CREATE TABLE graded (points int, grade text GENERATED ALWAYS AS (CASE WHEN points > 50 THEN 'A' ELSE 'B' END) STORED);

-- column with collation
ALTER TABLE users ADD COLUMN surname text COLLATE "C";

-- an index with a collation and a condition of several parts
CREATE INDEX i_users ON users (email COLLATE "C") WHERE age IS NOT NULL AND note <> '';

-- an index with a condition over an enum and a list
CREATE INDEX i_order ON "Order" ("createdAt") WHERE "status" IN ('PENDING', 'PAID');

-- an index by lower case of a required text
CREATE INDEX users_email_lower ON users (lower(email));

-- unlogged is spelt in a comment only
-- CREATE UNLOGGED TABLE x
CREATE TABLE not_unlogged (id int);
