-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "points" JSON;
