/** `npm run postgres:stop`: ends this checkout's PostgreSQL. The data stays. */
import { join, resolve } from "node:path";
import { stopPostgres } from "./stop-postgres.ts";

const dataDir = resolve(process.env.ORION_DATA_DIR || join(import.meta.dirname, "../../../.data"));
const stopped = await stopPostgres({ dataDir: join(dataDir, "postgres") });
console.log(stopped ? "PostgreSQL stopped; its data stays" : "no PostgreSQL of this checkout runs");
