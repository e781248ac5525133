-- CreateTable
CREATE TABLE "KeptCommit" (
    "id" BIGSERIAL NOT NULL,
    "runId" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "pack" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "KeptCommit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "KeptCommit_runId_sha_key" ON "KeptCommit"("runId", "sha");

-- CreateIndex
CREATE INDEX "KeptCommit_createdAt_idx" ON "KeptCommit"("createdAt");

-- AddForeignKey
ALTER TABLE "KeptCommit" ADD CONSTRAINT "KeptCommit_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
