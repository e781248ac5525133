import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorld, PLACE } from "./setup.ts";

let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const IN = "repo:octo/app";

describe("searching", () => {
  it("finds code by what stands in it, in the one repository that is named", async () => {
    const app = world.asInstallation();
    const { data } = await app.rest.search.code({ q: `Two ${IN}` });
    expect(data).toMatchObject({ total_count: 1, items: [{ path: "src/one.txt", name: "one.txt" }] });
    expect((await app.rest.search.code({ q: `nowhere ${IN}` })).data.items).toEqual([]);
    await expect(app.rest.search.code({ q: "two" })).rejects.toMatchObject({ status: 422 });
  });

  it("finds issues and pull requests by all of the words", async () => {
    await world.person("ada").fileIssue(PLACE, { title: "Slack is silent", body: "since Tuesday" });
    await world.person("ada").fileIssue(PLACE, { title: "Slack is loud" });
    const { data } = await world.asInstallation().rest.search.issuesAndPullRequests({ q: `slack TUESDAY ${IN}` });
    expect(data.items.map(({ title }) => title)).toEqual(["Slack is silent"]);
  });

  it("shows nobody a repository they may not see", async () => {
    await expect(world.user("stranger").rest.search.code({ q: `two ${IN}` })).rejects.toMatchObject({ status: 422 });
  });
});
