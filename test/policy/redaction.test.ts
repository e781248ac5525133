import { describe, expect, it } from "vitest";
import { liveRedactor, REDACTED, redactor } from "../../src/policy/redaction.ts";
import { FORMS, long, SECRETS, stretches } from "./corpora/secrets.ts";

describe("redaction of known values", () => {
  const clean = redactor(Object.values(SECRETS));
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const [how, form] of Object.entries(FORMS)) {
      it(`takes out ${name} as ${how}`, () => {
        const out = clean(`before ${form(secret)} after`);
        expect(out).toContain(REDACTED);
        expect(out.startsWith("before ")).toBe(true);
        expect(out.endsWith(" after")).toBe(true);
        const middle = how === "base64 of more" ? stretches(form(secret)).slice(1, 3) : stretches(form(secret));
        for (const stretch of middle) expect(out).not.toContain(stretch);
      });
    }
  }

  it("finds a value though escapes or unseen characters stand in it", () => {
    const secret = "w3bh00k_secret*value";
    expect(redactor([secret])("it is w3bh00k\\_secret\\*va\u200Blue.")).toBe(`it is ${REDACTED}.`);
  });

  it("leaves short values alone: they are words", () => {
    expect(redactor(["orion", ""])("orion works")).toBe("orion works");
  });

  it("learns a token while it lives, and forgets none of the first", () => {
    const live = liveRedactor(["first-secret-value"]);
    expect(live.clean("minted-later-value")).toBe("minted-later-value");
    live.learn("minted-later-value");
    expect(live.clean("first-secret-value minted-later-value")).toBe(`${REDACTED} ${REDACTED}`);
  });
});

describe("redaction by shape", () => {
  const clean = redactor([]);
  const shaped = Object.entries(SECRETS).filter(([name]) => !/webhook|words/.test(name));

  it.each(shaped)("takes out %s nobody told us of", (_, secret) => {
    const out = clean(`before ${secret} after`);
    expect(out).toContain(REDACTED);
    const hushed = secret.startsWith("postgres") ? ["p%40ss", long(12)] : stretches(secret).slice(1);
    for (const stretch of hushed) expect(out).not.toContain(stretch);
  });

  it("keeps the host of an address and drops its password", () => {
    expect(clean("https://user:hunter22@example.com/x")).toBe(`https://user:${REDACTED}@example.com/x`);
  });

  it("takes out what follows an Authorization header", () => {
    expect(clean("Authorization: Bearer abcdef123456")).toBe(`Authorization: Bearer ${REDACTED}`);
  });

  it("takes out a key that was cut off", () => {
    expect(clean(`-----BEGIN PRIVATE KEY-----\n${long(60)}`)).toBe(REDACTED);
  });

  it.each(["a.", "eyJ-", "sk-", "postgres://a:", "authorization: bearer ", "xoxb-", "-----BEGIN "])(
    "is done at once with a long text of %j",
    (unit) => {
      const begun = process.threadCpuUsage();
      clean(unit.repeat(120_000 / unit.length));
      // of the processor's own time, whoever else is at work; every start looking to the end took 15 s
      expect(process.threadCpuUsage(begun).user / 1_000).toBeLessThan(4_000);
    },
  );

  it.each([
    "The task-list-of-something-very-long stays",
    "Call npm_config or npm run test",
    "sha 3f786850e387550fdaba39d0e9f2b7a2b3c4d5e6",
    "http://127.0.0.1:8080/a@b",
    "git@github.com:owner/name.git",
    "eyJ is how a token begins",
    "A sk-learn-model-with-a-long-name",
  ])("keeps %j as it is", (text) => {
    expect(clean(text)).toBe(text);
  });
});
