/** Which webhooks about checks set something going, and whose clicks count. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Delivery } from "../../../src/domain/ports/store-port.ts";
import { followChecks } from "../../../src/intake/checks/follow-checks.ts";
import type { CheckPlace, IntakeDeps } from "../../../src/intake/effects.ts";
import { REST } from "../github-double.ts";
import { hub, proposed, store } from "../intake-rig.ts";
import { ada, bob, type Login, robot, self } from "../payload-maker.ts";

const repository = { id: 900, installationId: 77, owner: "acme", name: "web" };
const ACTIONS = { slug: "github-actions" };
const OWN = { slug: "orion-app" };

let seen: string[];
let deps: IntakeDeps;

beforeEach(() => {
  seen = [];
  const note = (line: string): string => {
    seen.push(line);
    return line;
  };
  const where = ({ commit, branches, pullRequests }: CheckPlace) => `${commit} ${[...branches, ...pullRequests]}`;
  deps = {
    ...{ ...REST, store, github: hub.github },
    checks: {
      ended: async (place) => note(`ended ${where(place)}`),
      again: async ({ externalId, person }) => note(`again ${externalId} for ${person.login}`),
    },
    scope: { ...REST.scope, judge: async ({ pullRequest }) => note(`scope #${pullRequest}`) },
    migrations: {
      ...REST.migrations,
      request: async (_, pullRequest) => void note(`migrations #${pullRequest}`),
    },
  };
});

async function follow(event: string, payload: object): Promise<readonly string[]> {
  const delivery: Delivery = { guid: "g", event, action: null, repositoryId: 900, payload };
  await followChecks(deps, delivery, repository, "orion-app");
  return seen;
}

const suite = (action: string, app: object | null, sender: Login = ada, pulls: readonly number[] = []) => {
  const pull_requests = pulls.map((number) => ({ number }));
  return { action, check_suite: { head_sha: "abc", head_branch: "feature/x", app, pull_requests }, sender };
};
const run = (action: string, more: object = {}, sender: Login = ada) => ({
  ...{ action, sender },
  check_run: {
    ...{ name: "orion/red-green", head_sha: "abc", external_id: "r-1:red-green", app: OWN, pull_requests: [] },
    ...{ check_suite: { head_branch: "feature/x", status: "completed" }, ...more },
  },
});

describe("a check that ended", () => {
  it("counts when it is another App's: a suite, a run whose suite is through, a status", async () => {
    await follow("check_suite", suite("completed", ACTIONS, robot, [31]));
    await follow("check_run", run("completed", { app: ACTIONS }));
    await follow("status", { sha: "abc", state: "failure", branches: [{ name: "feature/x" }] });
    expect(seen).toEqual(["ended abc feature/x,31", "ended abc feature/x", "ended abc feature/x"]);
  });

  it("does not count when it is Orion's own, when more of its suite is to come, and when nothing ended", async () => {
    await follow("check_suite", suite("completed", OWN, self));
    await follow("check_run", run("completed"));
    await follow("check_run", run("completed", { app: ACTIONS, check_suite: { status: "in_progress" } }));
    await follow("check_suite", suite("requested", ACTIONS));
    await follow("check_run", run("created", { app: ACTIONS }));
    await follow("status", { sha: "abc", state: "pending" });
    await follow("push", {});
    expect(seen).toEqual([]);
  });
});

describe("a wish to see a check again", () => {
  beforeEach(() => {
    hub.roles.set("bob", "triage").set(robot.login, "admin");
  });
  const click = { requested_action: { identifier: "verify-again" } };

  it("counts from a person who may write: the button beside it, and GitHub's own", async () => {
    await follow("check_run", run("rerequested"));
    await follow("check_run", { ...run("requested_action"), ...click });
    expect(seen).toEqual(["again r-1:red-green for ada", "again r-1:red-green for ada"]);
  });

  it("counts from nobody else, for no other App's check, and for no other button", async () => {
    for (const sender of [bob, robot, self]) {
      await follow("check_run", run("rerequested", {}, sender));
      await follow("check_suite", suite("rerequested", OWN, sender));
    }
    await follow("check_run", run("rerequested", { app: ACTIONS }));
    await follow("check_suite", suite("rerequested", ACTIONS));
    await follow("check_run", { ...run("requested_action"), requested_action: { identifier: "other" } });
    await follow("check_run", run("rerequested", { name: "orion/unknown" }));
    expect(seen).toEqual([]);
  });

  it("has scope and migrations judged again, and of a suite all of them", async () => {
    const taskId = await proposed();
    seen.length = 0;
    await follow("check_run", run("rerequested", { name: "orion/scope", pull_requests: [{ number: 31 }] }));
    const migrations = { name: "orion/migrations", external_id: "migrations:44:abc" };
    await follow("check_run", run("rerequested", migrations));
    await follow("check_suite", suite("rerequested", OWN, ada, [31]));
    expect((await store.task(taskId))?.pullRequest).toBe(31);
    expect(seen).toEqual(["scope #31", "migrations #44", "again null for ada", "scope #31", "migrations #31"]);
  });
});
