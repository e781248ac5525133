import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FileDiff } from "../../src/domain/ports/git-port.ts";
import { describeSecrets, findSecrets } from "../../src/policy/secrets.ts";

const adds = (...lines: readonly string[]): FileDiff => ({
  ...{ path: "src/a.ts", status: "modified", added: lines.length, deleted: 0 },
  hunks: [{ newStart: 10, text: ["@@ -10,2 +10,9 @@", " before", ...lines].join("\n") }],
});

// put together here, so that no scanner finds them in this file
const RANDOM = ["kT9mQ2wX", "8vZ4pL6r", "N3sB7yD1", "fH5jC0gU", "aEoI"].join("");
const SECRETS: readonly (readonly [string, string])[] = [
  ["github", `ghp_${RANDOM}`],
  ["npm", `npm_${RANDOM}`],
  ["slack", `xoxb-${["8264093571", "9350718264", RANDOM.slice(0, 24)].join("-")}`],
  ["database connection string", `postgres://orion:${RANDOM.slice(0, 16)}@db.acme.io/orion`],
];

describe("a change that adds a secret", () => {
  it.each(SECRETS)("is found out: %s, by file and line, and the value is not told", async (name, secret) => {
    const found = await findSecrets([adds("+one", `+const key = "${secret}";`)]);
    expect(found).toEqual([{ path: "src/a.ts", line: 12, looksLike: `${name} secret` }]);
    expect(describeSecrets(found)).not.toContain(secret.slice(5));
  });

  it("is found out in a key of several lines", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const lines = privateKey.export({ type: "pkcs1", format: "pem" }).toString().trim().split("\n");
    // also one that spells a word by chance
    const spelling = lines.with(3, `test${lines[3]?.slice(4)}`);
    for (const key of [lines, spelling])
      expect(await findSecrets([adds(...key.map((line) => `+${line}`))])).toMatchObject([{ line: 11 }]);
  });

  it("is no matter where the line was there before, or goes", async () => {
    const [, [, secret] = []] = SECRETS;
    expect(await findSecrets([adds(` const key = "${secret}";`, "+one", `-const key = "${secret}";`)])).toEqual([]);
  });

  it.each([
    "xoxb-of-a-test",
    "postgresql://postgres:postgres@localhost:5432/app",
    "postgres://user:password@db/app",
    `https://user:${"p".repeat(12)}@example.org`,
    `ghp_${"a".repeat(36)}`,
    `AKIA${"IOSFODNN7"}EXAMPLE`,
  ])("%s is plainly made up", async (value) => {
    expect(await findSecrets([adds(`+const key = "${value}";`)])).toEqual([]);
  });
});
