-- AlterTable
ALTER TABLE "Incarnation" ADD COLUMN     "memory" JSON,
ADD COLUMN     "previousId" TEXT,
ADD COLUMN     "stoppedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "place" INTEGER;

-- AlterTable
ALTER TABLE "UserContext" ADD COLUMN     "agreedAt" TIMESTAMPTZ(3),
ADD COLUMN     "number" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "RepositoryFact" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "commit" TEXT NOT NULL,
    "personId" BIGINT NOT NULL,
    "login" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "agreedAt" TIMESTAMPTZ(3),
    "forgottenAt" TIMESTAMPTZ(3),

    CONSTRAINT "RepositoryFact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MemoryMark" (
    "incarnationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "rowId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "MemoryMark_pkey" PRIMARY KEY ("incarnationId","kind","rowId")
);

-- CreateTable
CREATE TABLE "Deploy" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "commit" TEXT NOT NULL,
    "taskId" TEXT,
    "pullRequest" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'merged',
    "hostId" TEXT,
    "because" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Deploy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ToolCall" (
    "id" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "effect" BOOLEAN NOT NULL,
    "input" JSON NOT NULL,
    "personId" BIGINT,
    "outcome" TEXT NOT NULL DEFAULT 'started',
    "output" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ToolCall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "personId" BIGINT NOT NULL,
    "login" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "RepositoryFact_repositoryId_number_key" ON "RepositoryFact"("repositoryId", "number");

-- CreateIndex
CREATE INDEX "Deploy_status_idx" ON "Deploy"("status");

-- CreateIndex
CREATE UNIQUE INDEX "Deploy_repositoryId_commit_key" ON "Deploy"("repositoryId", "commit");

-- CreateIndex
CREATE UNIQUE INDEX "ToolCall_scope_key_key" ON "ToolCall"("scope", "key");

-- CreateIndex
CREATE UNIQUE INDEX "Approval_repositoryId_kind_subject_key" ON "Approval"("repositoryId", "kind", "subject");

-- AddForeignKey
ALTER TABLE "RepositoryFact" ADD CONSTRAINT "RepositoryFact_repositoryId_fkey" FOREIGN KEY ("repositoryId") REFERENCES "Repository"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MemoryMark" ADD CONSTRAINT "MemoryMark_incarnationId_fkey" FOREIGN KEY ("incarnationId") REFERENCES "Incarnation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deploy" ADD CONSTRAINT "Deploy_repositoryId_fkey" FOREIGN KEY ("repositoryId") REFERENCES "Repository"("id") ON DELETE CASCADE ON UPDATE CASCADE;
