/** A yes is about one thing, counts for nothing else, and is taken back by who gave it. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { openTestStore } from "../support/postgres.ts";

const ADA = { id: 11, login: "ada" };
const BOB = { id: 12, login: "bob" };
const COMMIT = { repositoryId: 3_000_000_001, kind: "scope", subject: "a".repeat(40) };
let opened: Awaited<ReturnType<typeof openTestStore>>;

beforeEach(async () => {
  opened = await openTestStore();
});
afterEach(() => opened.close());

it("is about exactly what was approved", async () => {
  const { store } = opened;
  await store.saveApproval(COMMIT, ADA);
  expect(await store.approvalOf(COMMIT)).toEqual(ADA);
  for (const other of [{ subject: "b".repeat(40) }, { kind: "plan" }, { repositoryId: 3_000_000_002 }])
    expect(await store.approvalOf({ ...COMMIT, ...other })).toBeNull();
});

it("stays the first one's, until that person takes it back", async () => {
  const { store } = opened;
  await Promise.all([store.saveApproval(COMMIT, ADA), store.saveApproval(COMMIT, ADA)]);
  await store.saveApproval(COMMIT, BOB);
  await store.withdrawApproval(COMMIT, BOB);
  expect(await store.approvalOf(COMMIT)).toEqual(ADA);
  await store.withdrawApproval(COMMIT, ADA);
  expect(await store.approvalOf(COMMIT)).toBeNull();
});
