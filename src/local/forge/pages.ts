/**
 * Very plain web pages, so that links in comments lead somewhere. Everything
 * people wrote is shown as text.
 */
import { findRepository } from "./rest/route.ts";
import { accountById } from "./rest/shape/account.ts";
import type { World } from "./world.ts";

const PLACE = /^\/([^/]+)\/([^/]+)\/(issues|pull)\/(\d+)$/;

/** @returns HTML, or null when the path is no page of the forge */
export async function pageAt(world: World, path: string): Promise<string | null> {
  const [, owner = "", name = "", , number = ""] = PLACE.exec(path) ?? [];
  const repository = findRepository(world, owner, name);
  if (repository === undefined) return null;
  const issue = world.state.issues.find((one) => one.repositoryId === repository.id && String(one.number) === number);
  if (issue === undefined) return null;
  const said = [
    { userId: issue.userId, at: issue.createdAt, body: issue.body ?? "", where: "" },
    ...world.state.comments
      .where((one) => one.issueId === issue.id)
      .map((one) => ({ userId: one.userId, at: one.createdAt, body: one.body, where: "" })),
    ...world.state.reviews
      .where((one) => one.issueId === issue.id)
      .map((one) => ({ userId: one.userId, at: one.submittedAt, body: one.body, where: one.state })),
    ...world.state.reviewComments
      .where((one) => one.issueId === issue.id)
      .map((one) => ({ userId: one.userId, at: one.createdAt, body: one.body, where: `${one.path}:${one.line}` })),
  ].toSorted((one, other) => one.at.localeCompare(other.at));
  const state =
    issue.pull?.mergedAt == null ? `${issue.state}${issue.pull?.draft === true ? ", draft" : ""}` : "merged";
  const checks = issue.pull === null ? [] : world.state.checkRuns.where((one) => one.headSha === issue.pull?.headSha);
  const heading = `${issue.title} #${issue.number}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(heading)}</title>
<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;font:inherit}article{border-top:1px solid #ccc}</style>
<p>${escapeHtml(`${repository.owner}/${repository.name}`)} · ${escapeHtml(state)}</p><h1>${escapeHtml(heading)}</h1>
${issue.pull === null ? "" : `<p><code>${escapeHtml(issue.pull.baseRef)}</code> ← <code>${escapeHtml(issue.pull.headRef)}</code> at <code>${issue.pull.headSha.slice(0, 7)}</code></p>`}
<ul>${checks.map((one) => `<li>${escapeHtml(one.name)}: ${escapeHtml(one.conclusion ?? one.status)}</li>`).join("")}</ul>
${said.map((one) => `<article><p><b>${escapeHtml(accountById(world, one.userId).login)}</b> ${escapeHtml(one.at)} ${escapeHtml(one.where)}</p><pre>${escapeHtml(one.body)}</pre></article>`).join("\n")}
</html>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
