/** Where Prisma's command line finds our schema and migrations. It holds no connection: migrations are applied by src/store/migrate. */
import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
