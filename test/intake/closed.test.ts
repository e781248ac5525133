/** Which pull requests that end are Orion's to follow. */
import { describe, expect, it } from "vitest";
import { followEnd } from "../../src/intake/closed.ts";
import { REST } from "./github-double.ts";
import { hub, proposed, store } from "./intake-rig.ts";
import { bob, type Login, self } from "./payload-maker.ts";

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
