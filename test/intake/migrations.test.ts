/** What intake does about migrations: asks for the check, and takes a maintainer's yes. */
import { describe, expect, it } from "vitest";
import { deliver, hub, migrations, store } from "./intake-rig.ts";
import { ada, commentPayload, reviewPayload } from "./payload-maker.ts";

const A = { path: "prisma/migrations/1/migration.sql", sha256: "a".repeat(64) };
const B = { path: "prisma/migrations/2/migration.sql", sha256: "b".repeat(64) };
const onPull = { issue: { number: 31, pullRequest: true } };
const approved = async (): Promise<readonly string[]> => [
  ...(await store.approved(900, "migration", [A.sha256, B.sha256])),
];

function pullPayload(action: string) {
  const { review: _, ...rest } = reviewPayload("commented", null);
  return { ...rest, action };
}

describe("a pull request", () => {
  it.each(["opened", "synchronize", "reopened", "ready_for_review"])(
    "%s is checked, whoever sent it",
    async (action) => {
      await deliver("pull_request", pullPayload(action));
      expect(migrations.checked).toEqual([31]);
    },
  );

  it.each(["closed", "labeled"])("%s is not", async (action) => {
    await deliver("pull_request", pullPayload(action));
    expect(migrations.checked).toEqual([]);
  });
});

describe("/orion approve-migration", () => {
  it("of a writer approves nothing", async () => {
    migrations.seen = { verdict: "needs-human", waiting: [A] };
    await deliver("issue_comment", commentPayload("/orion approve-migration", onPull));
    expect(await approved()).toEqual([]);
  });

  it("of a maintainer approves each file by its hash, puts the check again, and names what was approved", async () => {
    hub.roles.set("ada", "maintain");
    migrations.seen = { verdict: "needs-human", waiting: [A, B] };
    await deliver("issue_comment", commentPayload("/orion approve-migration", onPull));
    expect(await approved()).toEqual(expect.arrayContaining([A.sha256, B.sha256]));
    expect(migrations.checked).toEqual([31]);
    expect(hub.comments.at(-1)?.body).toContain("`aaaaaaaaaaaa`");
  });

  it("with a hash approves that file alone", async () => {
    hub.roles.set("ada", "maintain");
    migrations.seen = { verdict: "needs-human", waiting: [A, B] };
    await deliver("issue_comment", commentPayload("/orion approve-migration bbbbbbbbbbbb", onPull));
    expect(await approved()).toEqual([B.sha256]);
  });

  it("cannot approve what destroys", async () => {
    hub.roles.set("ada", "admin");
    migrations.seen = { verdict: "destructive", waiting: [] };
    await deliver("issue_comment", commentPayload("/orion approve-migration", { ...onPull, sender: ada }));
    expect(await approved()).toEqual([]);
    expect(hub.comments.at(-1)?.body).toContain("Nothing was approved");
  });
});
