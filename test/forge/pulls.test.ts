import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cloneOf, commitIn, makeWorld, PLACE } from "./setup.ts";

let world: Awaited<ReturnType<typeof makeWorld>>;
let clone: Awaited<ReturnType<typeof cloneOf>>;
let names = 0;
beforeAll(async () => {
  world = await makeWorld();
  clone = await cloneOf(world.repository.cloneUrl(world.token("ada")));
});
afterAll(async () => {
  await clone.remove();
  await world.close();
});
beforeEach(async () => {
  await world.forge.flush();
  world.listener.heard.length = 0;
  await clone.git("fetch", "--quiet", "origin", "main");
});

/** A branch off the default branch with one commit, pushed. */
async function branch(files: Readonly<Record<string, string>>): Promise<{ name: string; sha: string }> {
  names += 1;
  const name = `feature/branch-${names}`;
  await clone.git("checkout", "--quiet", "-B", name, "origin/main");
  let sha = "";
  for (const [path, text] of Object.entries(files)) sha = await commitIn(clone, path, text);
  await clone.git("push", "--quiet", "origin", name);
  return { name, sha };
}

async function open(files: Readonly<Record<string, string>>, more: { draft?: boolean; body?: string } = {}) {
  const { name, sha } = await branch(files);
  const pull = { ...PLACE, head: name, base: "main", title: `Change ${name}`, ...more };
  const { data } = await world.asInstallation().rest.pulls.create(pull);
  return { name, sha, data, place: { ...PLACE, pull_number: data.number } };
}

async function heard(): Promise<readonly string[]> {
  await world.forge.flush();
  return world.listener.heard.map((one) => `${one.event}.${one.payload.action ?? ""}`);
}

describe("opening", () => {
  it("opens a draft by the App with what git knows of it", async () => {
    const { data, sha, name } = await open({ "src/new.txt": "1\n2\n" }, { draft: true, body: "why" });
    expect(data).toMatchObject({
      state: "open",
      draft: true,
      mergeable: true,
      mergeable_state: "draft",
      commits: 1,
      additions: 2,
      deletions: 0,
      changed_files: 1,
      user: { login: "orion[bot]", type: "Bot" },
      head: { ref: name, sha, label: `octo:${name}` },
      base: { ref: "main" },
    });
    const head = await clone.git("ls-remote", "origin", `refs/pull/${data.number}/head`);
    expect(head.out).toContain(sha);
    expect(await heard()).toContain("pull_request.opened");
  });

  it("is found by its head and base, open or closed", async () => {
    const { data, name, place } = await open({ "found.txt": "x" });
    const app = world.asInstallation();
    await app.rest.pulls.update({ ...place, state: "closed" });
    const wanted = { ...PLACE, head: `octo:${name}`, base: "main" };
    expect((await app.rest.pulls.list(wanted)).data).toEqual([]);
    const { data: all } = await app.rest.pulls.list({ ...wanted, state: "all" });
    expect(all.map((one) => one.number)).toEqual([data.number]);
  });

  it.each([
    ["a second one for the same head and base", "A pull request already exists for octo:"],
    ["one without commits", "No commits between main and"],
    ["one from a branch that is not there", "head"],
  ])("refuses %s", async (what, words) => {
    const { name } = await open({ [`refused-${names}.txt`]: "x" });
    const head = what.startsWith("a second") ? name : what.startsWith("one without") ? "main" : "feature/nowhere";
    const refused = world.asInstallation().rest.pulls.create({ ...PLACE, head, base: "main", title: "t" });
    await expect(refused).rejects.toMatchObject({ status: 422 });
    await expect(refused).rejects.toThrow(words);
  });

  it("becomes ready, and a draft again, through GraphQL only", async () => {
    const { data, place } = await open({ "ready.txt": "x" }, { draft: true });
    const app = world.asInstallation();
    const id = data.node_id;
    await app.graphql(
      "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }",
      { id },
    );
    expect((await app.rest.pulls.get(place)).data.draft).toBe(false);
    await app.graphql(
      "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }",
      { id },
    );
    expect((await app.rest.pulls.get(place)).data.draft).toBe(true);
    expect(await heard()).toEqual(
      expect.arrayContaining(["pull_request.ready_for_review", "pull_request.converted_to_draft"]),
    );
    const { token } = { token: world.token("rita") };
    const answer = await fetch(`${world.forge.url}/api/graphql`, {
      method: "POST",
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({
        query: "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }",
        variables: { id },
      }),
    });
    expect(await answer.json()).toMatchObject({ errors: [{ type: "FORBIDDEN" }] });
  });
});

describe("moving on", () => {
  it("follows pushes to its head", async () => {
    const { place, name, sha } = await open({ "follow.txt": "1" });
    const next = await commitIn(clone, "follow.txt", "2");
    await clone.git("push", "--quiet", "origin", name);
    const { data } = await world.asInstallation().rest.pulls.get(place);
    expect(data).toMatchObject({ commits: 2, head: { sha: next } });
    await world.forge.flush();
    const told = world.listener.heard.find((one) => one.payload.action === "synchronize");
    expect(told?.payload).toMatchObject({ before: sha, after: next, number: data.number });
    const { data: files } = await world.asInstallation().rest.pulls.listFiles(place);
    expect(files).toMatchObject([{ filename: "follow.txt", status: "added", patch: expect.stringContaining("+2") }]);
    expect((await world.asInstallation().rest.pulls.listCommits(place)).data.map((one) => one.sha)).toEqual([
      sha,
      next,
    ]);
  });

  it("says when it conflicts, and is then not merged", async () => {
    const { place } = await open({ "src/one.txt": "ONE\ntwo\nthree\n" });
    await clone.git("checkout", "--quiet", "-B", "main", "origin/main");
    await commitIn(clone, "src/one.txt", "eins\ntwo\nthree\n");
    await clone.git("push", "--quiet", "origin", "main");
    const { data } = await world.asInstallation().rest.pulls.get(place);
    expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    await expect(world.person("ada").merge(PLACE, place.pull_number)).rejects.toThrow("405");
  });

  it("counts as merged when a person pushes its commits to the base", async () => {
    const { place, sha, name } = await open({ "by-push.txt": "x" });
    await clone.git("push", "--quiet", "origin", `${name}:main`);
    const { data } = await world.asInstallation().rest.pulls.get(place);
    expect(data).toMatchObject({ state: "closed", merged: true, merge_commit_sha: sha, merged_by: { login: "ada" } });
    expect(await heard()).toContain("pull_request.closed");
  });

  it("closes unmerged when its head branch is deleted, and stays closed", async () => {
    const { place, name } = await open({ "deleted.txt": "x" });
    await clone.git("push", "--quiet", "origin", `:${name}`);
    expect((await world.asInstallation().rest.pulls.get(place)).data).toMatchObject({ state: "closed", merged: false });
    const reopened = world.asInstallation().rest.pulls.update({ ...place, state: "open" });
    await expect(reopened).rejects.toMatchObject({ status: 422 });
  });

  it("brings the base into its head when asked", async () => {
    const { place } = await open({ "behind.txt": "x" });
    await clone.git("checkout", "--quiet", "-B", "main", "origin/main");
    await commitIn(clone, "ahead.txt", "y");
    await clone.git("push", "--quiet", "origin", "main");
    await world.user("ada").rest.pulls.updateBranch(place);
    const { data } = await world.asInstallation().rest.pulls.get(place);
    expect(data.commits).toBe(2);
  });
});

describe("merging", () => {
  it.each([
    ["merge", 2],
    ["squash", 1],
    ["rebase", 1],
  ] as const)(
    "by %s puts the work on the base with %i parent(s) and closes what the body names",
    async (method, parents) => {
      const issue = await world.person("rita").fileIssue(PLACE, { title: "wanted" });
      const files = { [`${method}-a.txt`]: "a", [`${method}-b.txt`]: "b" };
      const { place } = await open(files, { body: `Closes #${issue.number}` });
      const { sha } = await world.person("ada").merge(PLACE, place.pull_number, method);
      const app = world.asInstallation();
      const { data: commit } = await app.rest.repos.getCommit({ ...PLACE, ref: "main" });
      expect(commit.sha).toBe(sha);
      expect(commit.parents).toHaveLength(parents);
      for (const path of Object.keys(files)) await app.rest.repos.getContent({ ...PLACE, path });
      expect((await app.rest.pulls.get(place)).data).toMatchObject({
        merged: true,
        state: "closed",
        merge_commit_sha: sha,
      });
      expect((await app.rest.issues.get({ ...PLACE, issue_number: Number(issue.number) })).data.state).toBe("closed");
      await app.rest.pulls.checkIfMerged(place);
      const told = await heard();
      expect(told.slice(-3)).toEqual(["push.", "pull_request.closed", "issues.closed"]);
    },
  );

  it("is refused to the App, to those who may not write, to drafts, and when the head has moved", async () => {
    const { place, data } = await open({ "refused.txt": "x" }, { draft: true });
    await expect(world.person("ada").merge(PLACE, place.pull_number)).rejects.toThrow("draft");
    const id = data.node_id;
    await world
      .asInstallation()
      .graphql(
        "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }",
        { id },
      );
    await expect(world.asInstallation().rest.pulls.merge(place)).rejects.toMatchObject({ status: 405 });
    await expect(world.person("tim").merge(PLACE, place.pull_number)).rejects.toThrow("403");
    const stale = world.user("ada").rest.pulls.merge({ ...place, sha: "0".repeat(40) });
    await expect(stale).rejects.toMatchObject({ status: 409 });
    expect((await world.asInstallation().rest.pulls.get(place)).data.merged).toBe(false);
  });
});

describe("reviews", () => {
  it("tells of the verdict and then of each line comment", async () => {
    const { place } = await open({ "src/reviewed.txt": "1\n2\n3\n" });
    const review = {
      event: "REQUEST_CHANGES" as const,
      body: "Not yet",
      comments: [{ path: "src/reviewed.txt", line: 2, body: "why two?" }],
    };
    await world.person("wendy").review(PLACE, place.pull_number, review);
    await world.forge.flush();
    const told = world.listener.heard.slice(-2);
    expect(told[0]).toMatchObject({
      event: "pull_request_review",
      payload: {
        action: "submitted",
        review: { state: "changes_requested", body: "Not yet", user: { login: "wendy" } },
      },
    });
    expect(told[1]).toMatchObject({
      event: "pull_request_review_comment",
      payload: {
        action: "created",
        comment: { line: 2, path: "src/reviewed.txt", diff_hunk: "@@ -0,0 +1,3 @@\n+1\n+2" },
      },
    });
    await expect(world.person("wendy").merge(PLACE, place.pull_number)).rejects.toThrow("405");
    await world.person("wendy").review(PLACE, place.pull_number, { event: "APPROVE" });
    await world.person("wendy").merge(PLACE, place.pull_number);
  });

  it("refuses a comment on a line the change does not show, and one's own approval", async () => {
    const { place } = await open({ "src/lines.txt": "1\n" });
    const outside = { event: "COMMENT" as const, comments: [{ path: "src/lines.txt", line: 40, body: "?" }] };
    await expect(world.person("wendy").review(PLACE, place.pull_number, outside)).rejects.toThrow("part of the diff");
    const own = world.asInstallation().rest.pulls.createReview({ ...place, event: "APPROVE" });
    await expect(own).rejects.toMatchObject({ status: 422 });
  });

  it("keeps a thread: comment, reply by the App, resolved and opened again", async () => {
    const { place, data, sha } = await open({ "src/thread.txt": "1\n2\n" });
    const comment = await world.user("wendy").rest.pulls.createReviewComment({
      ...place,
      commit_id: sha,
      path: "src/thread.txt",
      line: 1,
      side: "RIGHT",
      body: "hm",
    });
    const app = world.asInstallation();
    const reply = await app.rest.pulls.createReplyForReviewComment({
      ...place,
      comment_id: comment.data.id,
      body: "done",
    });
    expect(reply.data.in_reply_to_id).toBe(comment.data.id);
    const query = `query($id: ID!) { node(id: $id) { ... on PullRequest {
      reviewThreads(first: 5) { nodes { id isResolved comments(first: 5) { nodes { body author { login } } } } } } } }`;
    interface Threads {
      readonly node: {
        readonly reviewThreads: { readonly nodes: readonly { readonly id: string; readonly isResolved: boolean }[] };
      };
    }
    const threads = async () => (await app.graphql<Threads>(query, { id: data.node_id })).node.reviewThreads.nodes;
    const [thread] = await threads();
    expect(thread).toMatchObject({ isResolved: false, comments: { nodes: [{ body: "hm" }, { body: "done" }] } });
    const id = thread?.id;
    await app.graphql("mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }", {
      id,
    });
    expect((await threads())[0]?.isResolved).toBe(true);
    await app.graphql(
      "mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }",
      { id },
    );
    expect((await threads())[0]?.isResolved).toBe(false);
    expect((await heard()).slice(-2)).toEqual([
      "pull_request_review_thread.resolved",
      "pull_request_review_thread.unresolved",
    ]);
    const reacted = await app.rest.reactions.createForPullRequestReviewComment({
      ...PLACE,
      comment_id: comment.data.id,
      content: "eyes",
    });
    expect(reacted.status).toBe(201);
  });

  it("takes comments with the permission for pull requests alone", async () => {
    const { place } = await open({ "comments.txt": "x" });
    const permissions = { pull_requests: "write" } as const;
    const { data } = await world
      .asApp()
      .rest.apps.createInstallationAccessToken({ installation_id: world.installationId, permissions });
    const answer = await fetch(`${world.forge.apiUrl}/repos/octo/app/issues/${place.pull_number}/comments`, {
      method: "POST",
      headers: { authorization: `token ${data.token}` },
      body: JSON.stringify({ body: "hello" }),
    });
    expect(answer.status).toBe(201);
  });
});

describe("checks", () => {
  it("goes from queued to its end, and tells when all of a commit have ended", async () => {
    const { sha } = await branch({ "checked.txt": "x" });
    const app = world.asInstallation();
    const check = {
      ...PLACE,
      name: "orion/red-green",
      head_sha: sha,
      external_id: "1:1:red-green",
      status: "in_progress" as const,
    };
    const { data: run } = await app.rest.checks.create(check);
    expect(run).toMatchObject({ status: "in_progress", conclusion: null, app: { slug: "orion" } });
    const annotations = [
      { path: "checked.txt", start_line: 1, end_line: 1, annotation_level: "warning" as const, message: "m" },
    ];
    const output = { title: "3 of 3", summary: "all", annotations };
    await app.rest.checks.update({ ...PLACE, check_run_id: run.id, conclusion: "success", output });
    const { data: listed } = await app.rest.checks.listForRef({ ...PLACE, ref: sha, check_name: "orion/red-green" });
    expect(listed.check_runs).toMatchObject([
      { external_id: "1:1:red-green", status: "completed", conclusion: "success" },
    ]);
    expect((await app.rest.checks.listAnnotations({ ...PLACE, check_run_id: run.id })).data).toMatchObject([
      { message: "m" },
    ]);
    expect((await app.rest.checks.listSuitesForRef({ ...PLACE, ref: sha })).data).toMatchObject({
      check_suites: [{ conclusion: "success" }],
    });
    await world.user("wendy").rest.checks.rerequestRun({ ...PLACE, check_run_id: run.id });
    expect((await heard()).slice(-4)).toEqual([
      "check_run.created",
      "check_run.completed",
      "check_suite.completed",
      "check_run.rerequested",
    ]);
  });

  it("is written by Apps only, and not completed without a conclusion", async () => {
    const check = { ...PLACE, name: "x", head_sha: "main" };
    await expect(world.user("ada").rest.checks.create(check)).rejects.toMatchObject({ status: 403 });
    const ended = world
      .asInstallation()
      .request("POST /repos/{owner}/{repo}/check-runs", { ...check, status: "completed" });
    await expect(ended).rejects.toMatchObject({ status: 422 });
  });
});
