/**
 * What `prisma migrate dev` writes, written by Prisma's own engine: schemas as
 * their users change them, and verdicts and remedies they would agree with.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { sqlBetween } from "../../../scripts/schema-engine.ts";
import { judgeInOrder, openJudge } from "../../../src/policy/migrations/judge.ts";
import { NOTHING_KNOWN } from "../../../src/policy/migrations/schema/scene.ts";
import type { Verdict } from "../../../src/policy/migrations/verdict.ts";
import { emptyDatabase } from "../../support/postgres.ts";

const HEAD = 'datasource db {\n  provider = "postgresql"\n}\n';
const BASE = `${HEAD}
enum Role {
  USER
  ADMIN
}

model User {
  id    Int     @id @default(autoincrement())
  email String
  name  String?
  role  Role    @default(USER)
  age   Int?
  posts Post[]
}

model Post {
  id       String @id @default(uuid())
  title    String @db.VarChar(200)
  body     String
  views    Int    @default(0)
  authorId Int
  author   User   @relation(fields: [authorId], references: [id])

  @@map("posts")
}
`;

interface Habit {
  readonly what: string;
  readonly verdict: Verdict["verdict"];
  /** of the findings, each once, in order */
  readonly rules: readonly string[];
  /** words of the remedy of the first finding */
  readonly remedy?: string;
  /** replacements in the schema */
  readonly edits: readonly (readonly [string, string])[];
}

const inUser = (line: string): readonly [string, string] => ["  posts Post[]\n", `  posts Post[]\n  ${line}\n`];
const inPost = (line: string): readonly [string, string] => ["\n  @@map", `  ${line}\n\n  @@map`];
const more = (text: string): readonly [string, string] => ["\nmodel Post {", `\n${text}\nmodel Post {`];

const HABITS: readonly Habit[] = [
  { what: "an optional field", verdict: "additive", rules: [], edits: [inUser("bio String?")] },
  { what: "a field with a default", verdict: "additive", rules: [], edits: [inUser('plan String @default("free")')] },
  { what: "a list of scalars", verdict: "additive", rules: [], edits: [inUser("tags String[] @default([])")] },
  {
    what: "a JSON field with a default",
    verdict: "additive",
    rules: [],
    edits: [inUser('settings Json @default("{}")')],
  },
  {
    what: "createdAt with now()",
    verdict: "additive",
    rules: [],
    edits: [inUser("createdAt DateTime @default(now())")],
  },
  { what: "an optional unique field", verdict: "additive", rules: [], edits: [inUser("handle String? @unique")] },
  { what: "an index", verdict: "additive", rules: [], edits: [inPost("@@index([authorId, views(sort: Desc)])")] },
  {
    what: "an enum and a field of it",
    verdict: "additive",
    rules: [],
    edits: [inUser("theme Theme @default(DARK)"), more("enum Theme {\n  DARK\n  LIGHT\n}\n")],
  },
  { what: "an enum value", verdict: "additive", rules: [], edits: [["  ADMIN\n", "  ADMIN\n  EDITOR\n"]] },
  {
    what: "several enum values",
    verdict: "additive",
    rules: [],
    edits: [["  ADMIN\n", "  ADMIN\n  EDITOR\n  GUEST\n"]],
  },
  {
    what: "a model with a required relation",
    verdict: "additive",
    rules: [],
    edits: [
      inUser("sessions Session[]"),
      more(
        "model Session {\n  id String @id @default(cuid())\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n}\n",
      ),
    ],
  },
  {
    what: "a model with a relation that cascades",
    verdict: "additive",
    rules: [],
    edits: [
      inUser("likes Like[]"),
      more(
        "model Like {\n  userId Int\n  at DateTime @default(now())\n  user User @relation(fields: [userId], references: [id], onDelete: Cascade)\n  @@id([userId, at])\n}\n",
      ),
    ],
  },
  {
    what: "an optional relation of an old model",
    verdict: "additive",
    rules: [],
    edits: [
      inPost('editorId Int?\n  editor User? @relation("edited", fields: [editorId], references: [id])'),
      inUser('edited Post[] @relation("edited")'),
      ["  posts Post[]\n", '  posts Post[] @relation("wrote")\n'],
      ["@relation(fields: [authorId]", '@relation("wrote", fields: [authorId]'],
    ],
  },
  {
    what: "an implicit many-to-many",
    verdict: "additive",
    rules: [],
    edits: [inPost("tags Tag[]"), more("model Tag {\n  id Int @id\n  posts Post[]\n}\n")],
  },
  {
    what: "a required field without a default",
    verdict: "destructive",
    rules: ["not-null-without-default"],
    remedy: "Add it nullable, or NOT NULL with a constant DEFAULT",
    edits: [inUser("phone String")],
  },
  {
    what: "a field that goes",
    verdict: "destructive",
    rules: ["drop-column"],
    remedy: "Expand first: leave it in place",
    edits: [["  name  String?\n", ""]],
  },
  {
    what: "a field that is renamed, which Prisma writes as drop and add",
    verdict: "destructive",
    rules: ["drop-column"],
    remedy: "let a release stop using it",
    edits: [["  name  String?\n", "  fullName String?\n"]],
  },
  {
    what: "an optional field that becomes required",
    verdict: "destructive",
    rules: ["not-null-on-existing"],
    remedy: "set NOT NULL in a later migration",
    edits: [["name  String?", "name  String"]],
  },
  {
    what: "an enum that loses a value, by the type swap",
    verdict: "destructive",
    rules: ["enum-swapped"],
    remedy: "Only ADD VALUE now; stop writing the old value",
    edits: [["  ADMIN\n", "  OWNER\n"]],
  },
  {
    what: "a model that goes",
    verdict: "destructive",
    rules: ["drop-constraint", "drop-object"],
    edits: [
      [BASE.slice(BASE.indexOf("model Post")), ""],
      ["  posts Post[]\n", ""],
    ],
  },
  {
    what: "a type that changes by drop and add",
    verdict: "destructive",
    rules: ["drop-column"],
    edits: [["body     String", "body     Int?"]],
  },
  {
    what: "shorter text",
    verdict: "destructive",
    rules: ["type-changed"],
    remedy: "add a column of the new type, write both",
    edits: [["@db.VarChar(200)", "@db.VarChar(50)"]],
  },
  {
    what: "a default that goes",
    verdict: "destructive",
    rules: ["drop-default"],
    remedy: "Keep the default until no release relies on it",
    edits: [[" @default(0)", ""]],
  },
  {
    what: "another name of the table",
    verdict: "destructive",
    rules: ["drop-constraint", "drop-object"],
    edits: [['@@map("posts")', '@@map("articles")']],
  },
  {
    what: "a relation that now cascades",
    verdict: "destructive",
    rules: ["drop-constraint", "foreign-key-on-existing"],
    edits: [["references: [id])\n\n", "references: [id], onDelete: Cascade)\n\n"]],
  },
  {
    what: "a unique field",
    verdict: "needs-human",
    rules: ["unique-on-existing"],
    remedy: "Look for duplicates first",
    edits: [["  email String\n", "  email String @unique\n"]],
  },
  {
    what: "wider text",
    verdict: "needs-human",
    rules: ["type-widened"],
    edits: [["@db.VarChar(200)", "@db.VarChar(400)"]],
  },
  {
    what: "Int to BigInt",
    verdict: "needs-human",
    rules: ["type-widened"],
    edits: [["views    Int ", "views    BigInt "]],
  },
  {
    what: "a required field that becomes optional",
    verdict: "needs-human",
    rules: ["nullable-again"],
    remedy: "Deploy code that can read NULL first",
    edits: [["body     String", "body     String?"]],
  },
  {
    what: "another default",
    verdict: "needs-human",
    rules: ["default-changed"],
    edits: [["@default(0)", "@default(1)"]],
  },
  {
    what: "a relation over a field that was there",
    verdict: "needs-human",
    rules: ["foreign-key-on-existing"],
    edits: [inUser('boss User? @relation("boss", fields: [age], references: [id])\n  staff User[] @relation("boss")')],
  },
];

const edited = ({ edits }: Habit): string =>
  edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new TypeError(`nothing reads ${JSON.stringify(from)}`);
    return text.replace(from, to);
  }, BASE);

describe("what Prisma's users do with their schema", () => {
  const written = new Map<string, string>();
  let init = "";
  beforeAll(async () => {
    await openJudge();
    const database = await emptyDatabase();
    try {
      const pairs = [{ from: HEAD, to: BASE }, ...HABITS.map((habit) => ({ from: BASE, to: edited(habit) }))];
      const [first = "", ...rest] = await sqlBetween(pairs, database.connectionString);
      init = first;
      for (const [index, { what }] of HABITS.entries()) written.set(what, rest[index] ?? "");
    } finally {
      await database.drop();
    }
  }, 60_000);

  it.each(HABITS)("$what: $verdict", ({ what, verdict, rules, remedy }) => {
    const { after } = judgeInOrder(init, NOTHING_KNOWN);
    const sql = written.get(what) ?? "";
    expect(sql).toMatch(/^(CREATE|ALTER|DROP) /m);
    const judged = judgeInOrder(sql, { ...after, complete: true }).verdict;
    expect([...new Set(judged.findings.map(({ rule }) => rule))], sql).toEqual(rules);
    expect(judged.verdict).toBe(verdict);
    if (remedy !== undefined) expect(judged.findings[0]?.remedy).toContain(remedy);
  });

  it("a swap hides nothing that is no part of it", () => {
    const { after } = judgeInOrder(init, NOTHING_KNOWN);
    const swap = written.get("an enum that loses a value, by the type swap") ?? "";
    const more = `${swap}ALTER TABLE "posts" ALTER COLUMN "views" DROP DEFAULT;\nDROP TYPE "Other_old";\nROLLBACK;\n`;
    const { findings } = judgeInOrder(more, { ...after, complete: true }).verdict;
    expect(findings.map(({ rule }) => rule)).toEqual([
      "enum-swapped",
      "drop-default",
      "drop-object",
      "transaction-control",
    ]);
  });

  it("are all written by one engine that knows this version of Prisma's habits", () => {
    expect([...written.values()].filter((sql) => sql.includes("-- AlterTable")).length).toBeGreaterThan(10);
  });
});
