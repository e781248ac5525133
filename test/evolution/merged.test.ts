import { afterEach, beforeEach, expect, it } from "vitest";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { pullClosed } from "../../src/evolution/merged.ts";
import { openTask, REPOSITORY } from "../store/fixtures.ts";
import { openTestStore } from "../support/postgres.ts";

let store: Store;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ store, close } = await openTestStore());
});
afterEach(() => close());

it("follows a pull request that only undoes another one, and belongs to no task", async () => {
  await store.saveRepository(REPOSITORY, "ada");
  const nothing = async () => undefined;
  const deps = { store, mark: nothing, refresh: nothing };
  const closed = { repository: REPOSITORY, pullRequest: 13, mergeCommit: "undone", headSha: "h" };
  const ownRepository = `${REPOSITORY.owner}/${REPOSITORY.name}`;
  expect(await pullClosed({ ...deps, ownRepository }, null, closed)).toBe("pull request 13 is merged");
  expect(await store.deployOfCommit(REPOSITORY.id, "undone")).toMatchObject({ pullRequest: 13, taskId: null });
});

it("follows each pull request that one push brought in, once, however often it is told", async () => {
  const nothing = async () => undefined;
  const ownRepository = `${REPOSITORY.owner}/${REPOSITORY.name}`;
  const deps = { store, ownRepository, mark: nothing, refresh: nothing };
  const tasks = [await openTask(store, 1), await openTask(store, 2)];
  for (const _ of ["told", "told again"]) {
    for (const [index, task] of tasks.entries()) {
      const pullRequest = 11 + index;
      const closed = { repository: REPOSITORY, pullRequest, mergeCommit: "pushed", headSha: `head-${pullRequest}` };
      await pullClosed(deps, task, closed);
    }
  }
  const deploys = await Promise.all(tasks.map(({ id }) => store.deployOf(id)));
  expect(deploys.map((one) => [one?.pullRequest, one?.commit])).toEqual([
    [11, "pushed"],
    [12, "head-12"],
  ]);
});
