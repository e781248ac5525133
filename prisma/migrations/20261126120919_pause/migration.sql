-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "stopBy" TEXT,
ADD COLUMN     "waitsFor" TEXT;
