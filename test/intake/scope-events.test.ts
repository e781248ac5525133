/** Which webhooks have the scope of a pull request looked at again, and by whom. */
import { describe, expect, it } from "vitest";
import { followScope } from "../../src/intake/scope-events.ts";
import { REST } from "./github-double.ts";
import { hub, store } from "./intake-rig.ts";
import { ada, bob, type Login, robot, self } from "./payload-maker.ts";

const repository = { id: 900, installationId: 77, owner: "acme", name: "web" };
const mine = { number: 31, user: self };

async function followed(event: string, payload: object): Promise<readonly string[]> {
  const seen: string[] = [];
  const note = (what: string) => async (facts: { readonly pullRequest: number; readonly commit?: string }) => {
    seen.push(`${what} #${facts.pullRequest}${facts.commit === undefined ? "" : ` at ${facts.commit}`}`);
    return what;
  };
  const scope = { judge: note("judge"), approve: note("approve"), withdraw: note("withdraw") };
  const deps = { ...REST, store, github: hub.github, scope };
  const delivery = { guid: "g", event, action: null, repositoryId: 900, payload };
  await followScope(deps, delivery, repository, "orion-app");
  return seen;
}

const review = (user: Login | null, state = "approved", action = "submitted", pull_request: object = mine) => ({
  ...{ action, pull_request, review: { state, commit_id: "abc", user } },
});

describe("the scope of a pull request", () => {
  it.each(["opened", "reopened", "synchronize"])(
    "is judged when a person's doing is %s, whoever's it is",
    async (action) => {
      for (const user of [self, bob])
        expect(await followed("pull_request", { action, pull_request: { number: 31, user }, sender: ada })).toEqual([
          "judge #31",
        ]);
    },
  );

  it("is left alone when Orion pushed, and when nothing moved", async () => {
    expect(await followed("pull_request", { action: "synchronize", pull_request: mine, sender: self })).toEqual([]);
    expect(await followed("pull_request", { action: "labeled", pull_request: mine, sender: ada })).toEqual([]);
  });

  it("is approved by administrators only, and at the commit they reviewed", async () => {
    hub.roles.set("ada", "admin").set("bob", "maintain").set(robot.login, "admin");
    expect(await followed("pull_request_review", review(ada))).toEqual(["approve #31 at abc"]);
    for (const other of [bob, robot, null]) expect(await followed("pull_request_review", review(other))).toEqual([]);
    expect(await followed("pull_request_review", review(ada, "commented"))).toEqual([]);
    expect(await followed("pull_request_review", review(ada, "approved", "edited"))).toEqual([]);
    expect(
      await followed("pull_request_review", review(ada, "approved", "submitted", { number: 31, user: bob })),
    ).toEqual([]);
  });

  it("loses the approval when the review is dismissed", async () => {
    expect(await followed("pull_request_review", review(ada, "dismissed", "dismissed"))).toEqual([
      "withdraw #31 at abc",
    ]);
  });
});
