-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "approval" TEXT,
ADD COLUMN     "planShown" JSON;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "adopted" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Remark" (
    "id" TEXT NOT NULL,
    "taskId" TEXT NOT NULL,
    "commentId" BIGINT NOT NULL,
    "personId" BIGINT NOT NULL,
    "login" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "takenAt" TIMESTAMPTZ(3),

    CONSTRAINT "Remark_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Remark_taskId_commentId_key" ON "Remark"("taskId", "commentId");

-- AddForeignKey
ALTER TABLE "Remark" ADD CONSTRAINT "Remark_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE CASCADE ON UPDATE CASCADE;
