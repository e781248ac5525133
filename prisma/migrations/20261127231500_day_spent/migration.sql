-- CreateIndex
CREATE INDEX "Turn_createdAt_idx" ON "Turn"("createdAt");
