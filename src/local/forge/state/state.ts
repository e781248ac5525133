/**
 * The forge's memory: shelves of records kept in one SQLite file, so that a
 * forge started again on the same folder knows everything. It decides nothing.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CheckRunRecord, CheckSuiteRecord } from "./check-records.ts";
import type {
  AccountRecord,
  CommentRecord,
  DeliveryRecord,
  InstallationRecord,
  IssueRecord,
  LabelRecord,
  ReactionRecord,
  RepositoryRecord,
  ReviewCommentRecord,
  ReviewRecord,
  StatusRecord,
  TokenRecord,
} from "./records.ts";

/** Records of one kind, in memory, each change written through. */
export interface Shelf<T extends { readonly id: number }> {
  get(id: number): T | undefined;
  /** Oldest first. */
  all(): readonly T[];
  where(holds: (record: T) => boolean): readonly T[];
  find(holds: (record: T) => boolean): T | undefined;
  /** Adds the record or replaces the one of the same id. */
  put(record: T): T;
  remove(id: number): void;
}

export interface Shelves {
  readonly accounts: Shelf<AccountRecord>;
  readonly repositories: Shelf<RepositoryRecord>;
  readonly installations: Shelf<InstallationRecord>;
  readonly tokens: Shelf<TokenRecord>;
  readonly labels: Shelf<LabelRecord>;
  /** issues and pull requests: they share their numbers */
  readonly issues: Shelf<IssueRecord>;
  readonly comments: Shelf<CommentRecord>;
  readonly reviews: Shelf<ReviewRecord>;
  readonly reviewComments: Shelf<ReviewCommentRecord>;
  readonly reactions: Shelf<ReactionRecord>;
  readonly checkSuites: Shelf<CheckSuiteRecord>;
  readonly checkRuns: Shelf<CheckRunRecord>;
  readonly statuses: Shelf<StatusRecord>;
  readonly deliveries: Shelf<DeliveryRecord>;
}

export interface State extends Shelves {
  /** A number never given before, over all kinds. */
  nextId(): number;
  /** One word kept across restarts, or null. */
  setting(key: string): string | null;
  saveSetting(key: string, value: string): void;
  close(): void;
}

/** Far from issue numbers, so that one taken for the other is noticed. */
const FIRST_ID = 100_001;

/** @param dir an existing folder; `forge.sqlite` is made in it */
export function openState(dir: string): State {
  const database = new DatabaseSync(join(dir, "forge.sqlite"));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS record (kind TEXT, id INTEGER, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  `);
  const read = database.prepare("SELECT value FROM setting WHERE key = ?");
  const write = database.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)");
  const setting = (key: string): string | null => {
    const row = read.get(key);
    return row === undefined ? null : String(row.value);
  };
  let lastId = Number(setting("last-id") ?? FIRST_ID - 1);
  return {
    ...openShelves(database),
    nextId: () => {
      lastId += 1;
      write.run("last-id", String(lastId));
      return lastId;
    },
    setting,
    saveSetting: (key, value) => {
      write.run(key, value);
    },
    close: () => database.close(),
  };
}

function openShelves(database: DatabaseSync): Shelves {
  const shelf = <T extends { readonly id: number }>(kind: string): Shelf<T> => openShelf<T>(database, kind);
  return {
    accounts: shelf("account"),
    repositories: shelf("repository"),
    installations: shelf("installation"),
    tokens: shelf("token"),
    labels: shelf("label"),
    issues: shelf("issue"),
    comments: shelf("comment"),
    reviews: shelf("review"),
    reviewComments: shelf("review-comment"),
    reactions: shelf("reaction"),
    checkSuites: shelf("check-suite"),
    checkRuns: shelf("check-run"),
    statuses: shelf("status"),
    deliveries: shelf("delivery"),
  };
}

function openShelf<T extends { readonly id: number }>(database: DatabaseSync, kind: string): Shelf<T> {
  const records = new Map<number, T>();
  for (const row of database.prepare("SELECT json FROM record WHERE kind = ? ORDER BY id").all(kind)) {
    const record: T = JSON.parse(String(row.json));
    records.set(record.id, record);
  }
  const write = database.prepare("INSERT OR REPLACE INTO record (kind, id, json) VALUES (?, ?, ?)");
  const erase = database.prepare("DELETE FROM record WHERE kind = ? AND id = ?");
  return {
    get: (id) => records.get(id),
    all: () => [...records.values()],
    where: (holds) => [...records.values()].filter(holds),
    find: (holds) => {
      for (const record of records.values()) if (holds(record)) return record;
      return undefined;
    },
    put: (record) => {
      write.run(kind, record.id, JSON.stringify(record));
      records.set(record.id, record);
      return record;
    },
    remove: (id) => {
      erase.run(kind, id);
      records.delete(id);
    },
  };
}
