-- prisma: an enum is made anew without a value
-- AlterEnum
BEGIN;
CREATE TYPE "OrderStatus_new" AS ENUM ('PENDING', 'PAID');
ALTER TABLE "Order" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "Order" ALTER COLUMN "status" TYPE "OrderStatus_new" USING ("status"::text::"OrderStatus_new");
ALTER TYPE "OrderStatus" RENAME TO "OrderStatus_old";
ALTER TYPE "OrderStatus_new" RENAME TO "OrderStatus";
DROP TYPE "OrderStatus_old";
ALTER TABLE "Order" ALTER COLUMN "status" SET DEFAULT 'PENDING';
COMMIT;

-- prisma: with its own warning above
/*
  Warnings:

  - You are about to drop the column `note` on the `Order` table. All the data in the column will be lost.

*/
-- AlterTable
ALTER TABLE "Order" DROP COLUMN "note";

-- prisma: required without a default
/*
  Warnings:

  - Added the required column `region` to the `Order` table without a default value. This is not possible if the table is not empty.

*/
-- AlterTable
ALTER TABLE "Order" ADD COLUMN     "region" TEXT NOT NULL;

-- prisma: a type that changes by dropping and adding
ALTER TABLE "Order" DROP COLUMN "total",
ADD COLUMN     "total" INTEGER NOT NULL;

-- prisma: optional becomes required
-- AlterTable
ALTER TABLE "Order" ALTER COLUMN "note" SET NOT NULL;

-- prisma: a table is redefined
-- RedefineTables
CREATE TABLE "new_Order" ("id" TEXT NOT NULL, "customerId" INTEGER NOT NULL, CONSTRAINT "new_Order_pkey" PRIMARY KEY ("id"));
INSERT INTO "new_Order" ("id", "customerId") SELECT "id", "customerId" FROM "Order";
DROP TABLE "Order" CASCADE;
ALTER TABLE "new_Order" RENAME TO "Order";

-- prisma: a relation goes
-- DropForeignKey
ALTER TABLE "Order" DROP CONSTRAINT "Order_customerId_fkey";
-- DropTable
DROP TABLE "order_items";

-- prisma: the primary key changes
-- AlterTable
ALTER TABLE "order_items" DROP CONSTRAINT "order_items_pkey",
ADD COLUMN     "id" SERIAL NOT NULL,
ADD CONSTRAINT "order_items_pkey" PRIMARY KEY ("id");

-- prisma: narrower text
ALTER TABLE "order_items" ALTER COLUMN "sku" SET DATA TYPE VARCHAR(16);

-- prisma: a model is mapped to another name
ALTER TABLE "order_items" RENAME TO "OrderItem";

-- prisma: a column is renamed by hand
ALTER TABLE "Order" RENAME COLUMN "note" TO "comment";

-- prisma: an enum becomes text, in place
ALTER TABLE "Order" ALTER COLUMN "status" TYPE TEXT USING "status"::text;

-- drizzle: a drop behind its mark
ALTER TABLE "users" ADD COLUMN "x" text;--> statement-breakpoint
ALTER TABLE "posts" DROP COLUMN "body";

-- drizzle: a guarded block that drops
DO $$ BEGIN
 ALTER TABLE "posts" DROP COLUMN "body";
EXCEPTION
 WHEN undefined_column THEN null;
END $$;

-- drizzle: an old required column gets its key guarded
ALTER TABLE "posts" ALTER COLUMN "body" SET NOT NULL;--> statement-breakpoint
CREATE TABLE "x" ("id" int);

-- knex: lower case drop
alter table "users" drop column "note";

-- knex: rename in lower case
alter table "users" rename "note" to "remark";

-- rails: a column is removed and another comes
ALTER TABLE "posts" DROP COLUMN "views", ADD "hits" integer DEFAULT 0 NOT NULL;

-- rails: rows are tidied up first
DELETE FROM posts WHERE author_id NOT IN (SELECT id FROM users);
CREATE INDEX index_posts_on_author_id ON posts (author_id);

-- django: a default that is set and dropped around a required column
ALTER TABLE "posts" ADD COLUMN "state" varchar(10) DEFAULT 'draft' NOT NULL;
ALTER TABLE "posts" ALTER COLUMN "title" DROP DEFAULT;
ALTER TABLE "posts" ALTER COLUMN "body" SET NOT NULL;

-- flyway: data moves to a new table and the old column goes
CREATE TABLE bodies (post_id int PRIMARY KEY, body text);
INSERT INTO bodies SELECT id, body FROM posts;
ALTER TABLE posts DROP COLUMN body;

-- flyway: a seed that begins from scratch
TRUNCATE TABLE billing.invoices;
INSERT INTO billing.invoices (id, total) VALUES (1, 10);

-- supabase: a function for a trigger, with the rights of its owner
create function public.handle_new_user() returns trigger language plpgsql security definer as $$ begin return new; end; $$;
create trigger on_user after insert on public.users for each row execute procedure public.handle_new_user();

-- supabase: security on an old table
alter table public.users enable row level security;

-- hasura: cascade
DROP table "public"."posts" CASCADE;

-- atlas: a modified column among additions
-- Modify "users" table
ALTER TABLE "public"."users" ADD COLUMN "a" text NULL, ALTER COLUMN "name" SET NOT NULL, ADD COLUMN "b" text NULL;

-- liquibase: rows are merged
--changeset ada:43
MERGE INTO users u USING posts p ON p.author_id = u.id WHEN MATCHED THEN UPDATE SET note = p.title;

-- an extension goes
DROP EXTENSION IF EXISTS "uuid-ossp";

-- a schema goes
DROP SCHEMA "billing" CASCADE;

-- an upsert into an old table that overwrites
INSERT INTO users (id, email) VALUES (1, 'root@example.com') ON CONFLICT (id) DO UPDATE SET email = excluded.email;

-- prisma: drop of an index that a lookup needs
-- DropIndex
DROP INDEX "Order_customerId_idx";

-- prisma: relation becomes required
ALTER TABLE "Order" ADD COLUMN "sellerId" INTEGER NOT NULL;
ALTER TABLE "Order" ADD CONSTRAINT "Order_sellerId_fkey" FOREIGN KEY ("sellerId") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- prisma: required with a default, which is then dropped
ALTER TABLE "Order" ADD COLUMN "zone" TEXT NOT NULL DEFAULT 'eu';
ALTER TABLE "Order" ALTER COLUMN "zone" DROP DEFAULT;

-- prisma: cascade takes the place of restrict
ALTER TABLE "Order" DROP CONSTRAINT "Order_customerId_fkey";
ALTER TABLE "Order" ADD CONSTRAINT "Order_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- prisma: decimal loses digits
ALTER TABLE "Order" ALTER COLUMN "total" SET DATA TYPE DECIMAL(10,2);

-- prisma: time without its part of a second
ALTER TABLE "Order" ALTER COLUMN "createdAt" SET DATA TYPE TIMESTAMP(0);

-- prisma: an index is renamed for the new naming
-- RenameIndex
ALTER INDEX "Order_customerId_idx" RENAME TO "Order_customer_idx";

-- prisma: a foreign key is renamed
-- RenameForeignKey
ALTER TABLE "Order" RENAME CONSTRAINT "Order_customerId_fkey" TO "fk";

-- prisma: a move to another schema
ALTER TABLE "public"."Order" SET SCHEMA "billing";

-- drizzle: set not null guarded by nothing
ALTER TABLE "users" ALTER COLUMN "age" SET NOT NULL;

-- drizzle: text to integer by a cast
ALTER TABLE "posts" ALTER COLUMN "body" SET DATA TYPE integer USING "body"::integer;

-- drizzle: identity goes
ALTER TABLE "posts" ALTER COLUMN "id" DROP IDENTITY;

-- rails: change_column_default to nothing
ALTER TABLE "posts" ALTER COLUMN "views" DROP DEFAULT;

-- django: runs python no more, but sql
UPDATE "posts" SET "views" = 0 WHERE "views" IS NULL;

-- flyway: cleans up what is old
DELETE FROM "Order" WHERE "createdAt" < now() - interval '2 years';

-- flyway: a procedure that does it all
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM posts';
CALL tidy();

-- a rule instead of a trigger
CREATE RULE keep AS ON DELETE TO users DO INSTEAD NOTHING;

-- a view with the name of a table that is moved away
ALTER TABLE posts RENAME TO posts_old;
CREATE VIEW posts AS SELECT * FROM posts_old;

-- a default by a subquery in a function of ones own
CREATE FUNCTION next_rank() RETURNS int LANGUAGE sql AS 'SELECT max(views) FROM posts';
ALTER TABLE posts ADD COLUMN rank int NOT NULL DEFAULT next_rank();

-- a check that no old row passes
ALTER TABLE users ADD COLUMN ok boolean CHECK (ok IS NOT NULL);
