import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhooks } from "@octokit/webhooks";
import { afterEach, describe, expect, it } from "vitest";
import { asPerson } from "../../src/local/forge/person.ts";
import { appOctokit, listenAsApp, makeForge, makeWorld, PLACE, SECRET } from "./setup.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started() {
  const world = await makeWorld();
  ends.push(world.close);
  await world.forge.flush();
  world.listener.heard.length = 0;
  return world;
}

describe("deliveries", () => {
  it("are signed over the very bytes and carry GitHub's headers", async () => {
    const world = await started();
    await world.person("ada").fileIssue(PLACE, { title: "Grüße" });
    await world.forge.flush();
    const [told] = world.listener.heard;
    const verified = (secret: string): Promise<boolean> =>
      new Webhooks({ secret }).verify(told?.body ?? "", String(told?.headers["x-hub-signature-256"]));
    expect(await verified(SECRET)).toBe(true);
    expect(await verified("another")).toBe(false);
    expect(told?.headers).toMatchObject({
      "x-github-event": "issues",
      "x-github-hook-installation-target-id": "77",
      "content-type": "application/json",
    });
    expect(told?.guid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("come in the order things happened", async () => {
    const world = await started();
    const issue = await world.person("ada").fileIssue(PLACE, { title: "order" });
    for (const body of ["1", "2", "3"]) await world.person("ada").comment(PLACE, Number(issue.number), body);
    await world.forge.flush();
    const bodies = world.listener.heard.slice(1).map((one) => (one.payload.comment as { body: string }).body);
    expect(bodies).toEqual(["1", "2", "3"]);
  });

  it("are not tried again by themselves, but are when asked, under the same GUID", async () => {
    const world = await started();
    world.listener.app.answer = 500;
    await world.person("ada").fileIssue(PLACE, { title: "fails" });
    await world.forge.flush();
    expect(world.listener.heard).toHaveLength(1);
    const app = world.asApp();
    const { data: listed } = await app.rest.apps.listWebhookDeliveries();
    expect(listed[0]).toMatchObject({ event: "issues", status_code: 500, redelivery: false });
    world.listener.app.answer = 202;
    await app.rest.apps.redeliverWebhookDelivery({ delivery_id: Number(listed[0]?.id) });
    await world.forge.flush();
    const [first, second] = world.listener.heard;
    expect(second?.guid).toBe(first?.guid);
    expect(second?.body).toBe(first?.body);
    const { data: after } = await app.rest.apps.listWebhookDeliveries({ per_page: 1 });
    expect(after).toMatchObject([{ guid: first?.guid, redelivery: true, status: "OK", status_code: 202 }]);
    const { data: one } = await app.rest.apps.getWebhookDelivery({ delivery_id: Number(after[0]?.id) });
    expect(one.request.payload).toMatchObject({ action: "opened", issue: { title: "fails" } });
  });

  it("are listed newest first, page by page along a cursor", async () => {
    const world = await started();
    for (const title of ["1", "2", "3"]) await world.person("ada").fileIssue(PLACE, { title });
    await world.forge.flush();
    const app = world.asApp();
    const all = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 2 });
    expect(all.map((one) => one.event)).toEqual(["issues", "issues", "issues", "installation"]);
    expect(all.map((one) => one.id)).toEqual(all.map((one) => one.id).toSorted((one, other) => other - one));
  });

  it("tell what the App does itself, as done by its bot", async () => {
    const world = await started();
    await world.asInstallation().rest.issues.create({ ...PLACE, title: "by the App" });
    await world.forge.flush();
    expect(world.listener.heard[0]?.payload).toMatchObject({ sender: { login: "orion[bot]", type: "Bot" } });
  });

  it("say nothing of repositories the App is not installed on", async () => {
    const world = await started();
    await world.forge.addRepository({ owner: "octo", name: "silent", installed: false });
    await world.person("octo").fileIssue({ owner: "octo", repo: "silent" }, { title: "x" });
    await world.forge.flush();
    expect(world.listener.heard).toEqual([]);
  });

  it("tell of a deployment when a deploy host does", async () => {
    const world = await started();
    const told = { sha: "a".repeat(40), state: "success", environment: "production" } as const;
    world.forge.tellDeployment({ owner: "octo", name: "app", by: "octo" }, told);
    await world.forge.flush();
    expect(world.listener.heard[0]?.payload).toMatchObject({
      deployment_status: { state: "success" },
      deployment: { sha: told.sha, environment: "production" },
    });
  });
});

describe("a forge started again on the same folder", () => {
  it("knows people, repositories, issues, comments, numbers and deliveries", async () => {
    const listener = await listenAsApp();
    ends.push(listener.close);
    const first = await makeForge({ webhookUrl: listener.url });
    ends.push(() => rm(first.dir, { recursive: true, force: true }));
    const { token } = first.addUser({ login: "ada" });
    const given = { owner: "octo", name: "app", collaborators: { ada: "admin" }, files: { a: "a" } } as const;
    const repository = await first.addRepository(given);
    const issue = await asPerson(first, token).fileIssue(PLACE, { title: "kept" });
    const comment = await asPerson(first, token).comment(PLACE, Number(issue.number), "kept too");
    await first.flush();
    await first.close();

    const second = await makeForge({ dir: first.dir });
    ends.push(second.close);
    expect(second.addUser({ login: "ada" }).token).toBe(token);
    expect((await second.addRepository(given)).id).toBe(repository.id);
    const app = appOctokit(second, Number(repository.installationId));
    const { data: comments } = await app.rest.issues.listComments({ ...PLACE, issue_number: Number(issue.number) });
    expect(comments.map((one) => one.id)).toEqual([comment.id]);
    const next = await asPerson(second, token).fileIssue(PLACE, { title: "next" });
    expect(next.number).toBe(Number(issue.number) + 1);
    expect(next.id).toBeGreaterThan(comment.id);
    expect(second.deliveries().filter((one) => one.statusCode === 202)).toHaveLength(3);
    await second.flush();
    expect(listener.heard.at(-1)?.payload).toMatchObject({ issue: { title: "next" } });
  });

  it("delivers what was under way when it was closed", async () => {
    const asked = Promise.withResolvers<void>();
    const hangs = createServer(() => asked.resolve());
    await new Promise<void>((done) => hangs.listen(0, "127.0.0.1", done));
    ends.push(
      async () => hangs.closeAllConnections(),
      async () => hangs.close(),
    );
    const url = `http://127.0.0.1:${(hangs.address() as AddressInfo).port}`;
    const first = await makeForge({ webhookUrl: url });
    ends.push(() => rm(first.dir, { recursive: true, force: true }));
    await first.addRepository({ owner: "octo", name: "app" });
    await asked.promise;
    await first.close();

    const listener = await listenAsApp();
    ends.push(listener.close);
    const second = await makeForge({ dir: first.dir, webhookUrl: listener.url });
    ends.push(second.close);
    await second.flush();
    expect(listener.heard.map((one) => one.event)).toEqual(["installation"]);
  });
});
