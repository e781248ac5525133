-- CreateTable
CREATE TABLE "OpenCheck" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "runId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "headSha" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OpenCheck_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "OpenCheck_runId_idx" ON "OpenCheck"("runId");

-- CreateIndex
CREATE UNIQUE INDEX "OpenCheck_repositoryId_name_externalId_key" ON "OpenCheck"("repositoryId", "name", "externalId");
