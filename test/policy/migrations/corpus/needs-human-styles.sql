-- prisma: a unique constraint on an old column, with its warning
/*
  Warnings:

  - A unique constraint covering the columns `[note]` on the table `Order` will be added. If there are existing duplicate values, this will fail.

*/
-- CreateIndex
CREATE UNIQUE INDEX "Order_note_key" ON "Order"("note");

-- prisma: a unique pair of an old table
CREATE UNIQUE INDEX "order_items_order_id_quantity_key" ON "order_items"("order_id", "quantity");

-- prisma: text gets wider
ALTER TABLE "order_items" ALTER COLUMN "sku" SET DATA TYPE VARCHAR(128);

-- prisma: text without a limit
ALTER TABLE "order_items" ALTER COLUMN "sku" SET DATA TYPE TEXT;

-- prisma: int becomes bigint
ALTER TABLE "order_items" ALTER COLUMN "quantity" SET DATA TYPE BIGINT;

-- prisma: required becomes optional
-- AlterTable
ALTER TABLE "Order" ALTER COLUMN "updatedAt" DROP NOT NULL;

-- prisma: a relation over values that were there
-- AddForeignKey
ALTER TABLE "posts" ADD CONSTRAINT "posts_views_fkey" FOREIGN KEY ("views") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- prisma: a default for an old column
ALTER TABLE "Order" ALTER COLUMN "note" SET DEFAULT 'none';

-- prisma: an enum value that is used at once as a default
ALTER TYPE "OrderStatus" ADD VALUE 'DRAFT';
ALTER TABLE "Order" ALTER COLUMN "status" SET DEFAULT 'DRAFT';

-- drizzle: an old unique column, by constraint
ALTER TABLE "posts" ADD CONSTRAINT "posts_title_unique" UNIQUE("title");

-- knex: backfill of a new column
alter table "users" add column "handle" varchar(80);
update "users" set "handle" = lower("email");

-- rails: an index built beside the writers
CREATE INDEX CONCURRENTLY "index_posts_on_views" ON "posts" ("views");

-- rails: a unique one built beside the writers
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS index_users_on_name ON users (name);

-- django: a check over old rows
ALTER TABLE "posts" ADD CONSTRAINT "views_positive" CHECK ("views" >= 0);

-- flyway: a serial for an old table
ALTER TABLE "order_items" ADD COLUMN "line" SERIAL;

-- atlas: an identity for an old table
ALTER TABLE "public"."order_items" ADD COLUMN "line" bigint NOT NULL GENERATED ALWAYS AS IDENTITY;

-- a generated column on an old table
ALTER TABLE posts ADD COLUMN slug text GENERATED ALWAYS AS (lower(title)) STORED;

-- a new unique column that is filled alike in every row
ALTER TABLE users ADD COLUMN code uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

-- more digits before and behind the point
ALTER TABLE users ALTER COLUMN score TYPE numeric(12, 4);

-- prisma: extensions it asks for
-- CreateExtension
CREATE EXTENSION IF NOT EXISTS "citext";
-- CreateExtension
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "public";
-- CreateTable
CREATE TABLE "Account" (
    "id" UUID NOT NULL DEFAULT uuid_generate_v4(),
    "email" CITEXT NOT NULL,
    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Account_email_key" ON "Account"("email");

-- an extension with words in capitals
CREATE EXTENSION pgcrypto;
CREATE TABLE api_keys (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), digest bytea NOT NULL);

-- an optional column of an extension's type
CREATE EXTENSION IF NOT EXISTS hstore;
ALTER TABLE users ADD COLUMN attributes hstore;

-- an index by similarity
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX users_name_trgm ON users USING gin (name gin_trgm_ops);

-- flyway: copies into an old table
INSERT INTO posts (author_id, title) SELECT id, email FROM users;

-- default for a domain that refuses it
ALTER TABLE users ADD COLUMN d slug DEFAULT '';
