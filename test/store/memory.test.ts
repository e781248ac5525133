import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MOST_ENTRIES, type Owner } from "../../src/domain/ports/store/memory-store.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { openTestStore } from "../support/postgres.ts";
import { REPOSITORY } from "./fixtures.ts";

let store: Store;
let close: () => Promise<void>;
let people = 0;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.saveRepository(REPOSITORY, "ada");
  await store.saveRepository({ ...REPOSITORY, id: REPOSITORY.id + 1, installationId: 72 }, "bob");
});
afterAll(() => close());

function somebody(installationId = REPOSITORY.installationId): Owner {
  people += 1;
  return { installationId, person: { id: 5_000 + people, login: `person-${people}` } };
}
const stated = (text: string, source: string = randomUUID()) => ({ kind: "stated", text, source }) as const;

describe("what is kept about a person", () => {
  it("has numbers that are never given twice, though many come at once and some are forgotten", async () => {
    const owner = somebody();
    const numbers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => store.remember(owner, stated(`habit ${n}`))));
    expect([...numbers].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.forgetHabit(owner, 6, randomUUID())).toBe(true);
    expect(await store.forgetHabit(owner, 6, randomUUID())).toBe(false);
    expect(await store.remember(owner, stated("one more"))).toBe(7);
    expect((await store.habits(owner)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it("is kept once when the same words come again from the same place", async () => {
    const owner = somebody();
    const habit = stated("tabs", "acme/web#7");
    expect(await store.remember(owner, habit)).toBe(1);
    expect(await store.remember(owner, habit)).toBe(1);
    expect(await store.habits(owner)).toMatchObject([{ number: 1, text: "tabs", source: "acme/web#7", agreed: true }]);
  });

  it("is nobody else's, nor the same person's in another installation", async () => {
    const owner = somebody();
    await store.remember(owner, stated("tabs"));
    expect(await store.habits(somebody())).toEqual([]);
    expect(await store.habits({ ...owner, installationId: 72 })).toEqual([]);
    expect(await store.forgetHabit(somebody(), 1, randomUUID())).toBe(false);
    expect(await store.habits(owner)).toHaveLength(1);
  });

  it("ends somewhere", async () => {
    const owner = somebody();
    for (let n = 1; n <= MOST_ENTRIES; n += 1) await store.remember(owner, stated(`habit ${n}`));
    expect(await store.remember(owner, stated("one too many"))).toBeNull();
    await store.forgetHabit(owner, 1, randomUUID());
    expect(await store.remember(owner, stated("now it fits"))).toBe(MOST_ENTRIES + 1);
  });

  it("counts once they state themselves what was only proposed, wherever they do", async () => {
    const owner = somebody();
    await store.remember(owner, { kind: "proposed", text: "Prefers tabs over spaces.", source: "acme/web#3" });
    const own = stated("prefers  tabs over spaces", "acme/web#7");
    expect(await store.remember(owner, own)).toBe(1);
    expect(await store.remember(owner, own)).toBe(1);
    expect(await store.habits(owner)).toMatchObject([{ number: 1, agreed: true }]);
    // proposing anew what counts takes nothing back
    expect(await store.remember(owner, { ...own, kind: "proposed", source: "acme/web#9" })).toBe(1);
    expect(await store.habits(owner)).toMatchObject([{ number: 1, agreed: true }]);
  });

  it("counts about a repository when somebody states what was proposed, with the proof they saw", async () => {
    const proposal = { kind: "proposed", text: "c is three", person: somebody().person, source: "acme/web#3" } as const;
    const elsewhere = REPOSITORY.id + 1;
    await store.rememberFact(elsewhere, { ...proposal, path: "src/c.ts", quote: "c = 2", commit: "old" });
    const fact = { ...proposal, kind: "stated", text: "C is three (src/c.ts:4)", source: "acme/web#7" } as const;
    const proof = { path: "src/c.ts", quote: "const c = 3;", commit: "new" };
    const number = await store.rememberFact(elsewhere, { ...fact, ...proof });
    expect(await store.rememberFact(elsewhere, { ...fact, ...proof })).toBe(number);
    const kept = await store.facts(elsewhere);
    expect(kept).toMatchObject([{ number, agreed: true, quote: "const c = 3;", commit: "new" }]);
  });

  it("counts once they agree, when it was only proposed", async () => {
    const [owner, other] = [somebody(), somebody()];
    await store.remember(owner, { kind: "proposed", text: "likes tabs", source: "acme/web#7" });
    const proof = { path: "src/a.ts", quote: "a", commit: "c", source: "acme/web#7" };
    await store.rememberFact(REPOSITORY.id, { kind: "proposed", text: "a holds", person: owner.person, ...proof });
    expect((await store.habits(owner)).map(({ agreed }) => agreed)).toEqual([false]);
    expect(await store.agree(other, REPOSITORY.id, randomUUID())).toEqual([]);
    expect(await store.agree(owner, REPOSITORY.id, randomUUID())).toEqual(["likes tabs", "a holds"]);
    expect(await store.agree(owner, REPOSITORY.id, randomUUID())).toEqual([]);
    expect((await store.habits(owner)).map(({ agreed }) => agreed)).toEqual([true]);
    expect(await store.facts(REPOSITORY.id)).toMatchObject([
      { number: 1, text: "a holds", agreed: true, path: "src/a.ts" },
    ]);
    expect(await store.forgetFact(REPOSITORY.id, 1, randomUUID())).toBe(true);
    expect(await store.facts(REPOSITORY.id)).toEqual([]);
  });
});
