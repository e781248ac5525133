-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "continuesId" TEXT,
ADD COLUMN     "textById" BIGINT,
ADD COLUMN     "textByLogin" TEXT;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "budgetBy" TEXT;
