/** Which pull requests and issues that end are Orion's to follow. */
import { describe, expect, it } from "vitest";
import { followEnd } from "../../src/intake/closed.ts";
import { REST } from "./github-double.ts";
import { deliver, handle, hub, opened, proposed, runs, store } from "./intake-rig.ts";
import { ada, bob, commentPayload, issuesPayload, type Login, robot, self } from "./payload-maker.ts";

const repository = { id: 900, installationId: 77, owner: "acme", name: "web" };

async function ended(number: number, user: Login): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const closed = async (task: unknown, facts: object): Promise<string> => {
    seen.push({ ofTask: task !== null, ...facts });
    return "closed";
  };
  const deps = { ...REST, store, github: hub.github, afterwards: { ...REST.afterwards, closed } };
  const pull_request = { number, merged: true, merge_commit_sha: "m", head: { sha: "h" }, user };
  const payload = { action: "closed", pull_request };
  const delivery = { guid: "g", event: "pull_request", action: "closed", repositoryId: 900, payload };
  await followEnd(deps, delivery, repository, "orion-app");
  return seen;
}

describe("a pull request that is merged", () => {
  it("ends its task, whoever opened it", async () => {
    await proposed();
    expect(await ended(31, self)).toMatchObject([{ ofTask: true, pullRequest: 31, mergeCommit: "m", headSha: "h" }]);
  });

  it("of Orion's without a task undoes another one, and is followed, too", async () => {
    expect(await ended(40, self)).toMatchObject([{ ofTask: false, pullRequest: 40, mergeCommit: "m" }]);
  });

  it("of a person's is theirs", async () => {
    expect(await ended(41, bob)).toEqual([]);
  });
});

describe("an issue that is closed", () => {
  it.each([
    ["somebody who may write", { sender: ada }, "ada"],
    ["somebody who may not", { sender: bob }, null],
    ["a bot", { sender: robot }, null],
  ] as const)("by %s has its work end, or not", async (_, by, stopBy) => {
    await deliver("issues", opened);
    const guid = await deliver("issues", issuesPayload("closed", by));
    await handle(guid);
    expect(await runs()).toMatchObject([{ stopBy }]);
    expect(hub.comments).toEqual([]);
  });

  it("when its pull request is there leaves that work alone", async () => {
    const taskId = await proposed();
    await deliver("issue_comment", commentPayload("/orion fix the name"));
    await deliver("issues", issuesPayload("closed", {}));
    expect((await store.runsOf(taskId))[1]).toMatchObject({ kind: "fix", stopBy: null });
  });
});
