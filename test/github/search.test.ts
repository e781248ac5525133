import { beforeEach, describe, expect, it } from "vitest";
import { api, github, minted, mints, REPOSITORY } from "./nock-rig.ts";

describe("searching", () => {
  beforeEach(() => mints());

  it("stays in the one repository, whatever the words say", async () => {
    const asked: string[] = [];
    api()
      .get(/\/search\/code/)
      .reply(200, (request: Request) => {
        asked.push(new URL(request.url).searchParams.get("q") ?? "");
        return { total_count: 1, incomplete_results: false, items: [{ path: "src/a.ts" }] };
      });
    expect(await github.search(REPOSITORY, "code", "token repo:other/secret org:evil")).toEqual(["src/a.ts"]);
    expect(asked).toEqual(["token repo other/secret org evil repo:acme/web"]);
    expect(minted).toMatchObject([{ repository_ids: [900], permissions: { contents: "read" } }]);
  });

  it("tells issues by number, title and state", async () => {
    api()
      .get(/\/search\/issues/)
      .reply(200, {
        total_count: 1,
        incomplete_results: false,
        items: [{ number: 7, title: "Add it", state: "open" }],
      });
    expect(await github.search(REPOSITORY, "issues", "add")).toEqual(["#7 Add it (open)"]);
  });
});
