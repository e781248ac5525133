/** From nothing but an address to an App that works: the page, GitHub's form, the secrets, the first pull request. */
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { startServerProcess } from "../main/server-process.ts";
import { formOf, openBrowser, plain } from "../support/browser.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new TypeError("a port was expected");
  return address.port;
}

const linesOf = (page: string): Readonly<Record<string, string>> => {
  const block = plain(/<pre>([\s\S]*?)<\/pre>/.exec(page)?.[1] ?? "");
  return Object.fromEntries(block.split("\n").map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
};

describe("npm start without an App", () => {
  it("registers one with the person who holds the token, once, and the App works", async ({ flow }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const { forge, project, dataDir } = world;
    const port = String(await freePort());
    const address = `http://127.0.0.1:${port}`;
    const found = { ORION_PUBLIC_URL: address, PORT: port, GITHUB_API_URL: forge.apiUrl, ORION_DATA_DIR: dataDir };
    const setup = await startServerProcess(found);
    const said = () => setup.lines.join("\n");
    const token = await until(
      async () => /with the set-up token (\S+)/.exec(said())?.[1] ?? null,
      () => `a set-up token\n${said()}`,
    );

    const browser = openBrowser();
    expect(await browser.open(`${address}/setup`)).toMatchObject({ status: 200 });
    const page = await browser.submit(`${address}/setup`, { token, organization: "" });
    const { action, fields } = formOf(page.body);
    expect(action).toMatch(new RegExp(`^${forge.url}/settings/apps/new\\?state=`));
    const sent = await browser.submit(action, fields, address);
    expect(sent.status, sent.body).toBe(302);
    const back = sent.headers.get("location") ?? "";
    expect(await openBrowser().open(back)).toMatchObject({ status: 403 });
    const done = await browser.open(back);
    expect(done.status, said()).toBe(200);

    const variables = linesOf(done.body);
    expect(Object.keys(variables)).toEqual(["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"]);
    const file = join(dataDir, `app-${variables.APP_ID}.env`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(`WEBHOOK_SECRET=${variables.WEBHOOK_SECRET}`);
    for (const secret of [variables.PRIVATE_KEY, variables.WEBHOOK_SECRET]) expect(said()).not.toContain(secret);
    for (const path of [`${address}/setup`, back]) expect(await browser.open(path)).toMatchObject({ status: 410 });
    setup.kill("SIGTERM");
    expect(await setup.ended).toBe(0);

    const another = { ...variables, ORION_ROLE: "all", PORT: port, ORION_PUBLIC_URL: address };
    expect((await world.startAnother(another)).url).toBe(address);
    expect(await browser.open(`${address}/setup`)).toMatchObject({ status: 404 });
    expect(await world.ended(await project.asks(ISSUE))).toMatchObject({ status: "done", failure: null });
    expect((await project.pulls())[0]).toMatchObject({ draft: false });
    expect((await project.comments(1))[0]?.author).toBe("codemaestro-orion[bot]");
  });
});
