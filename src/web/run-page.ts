/**
 * The page about one run: what was asked, where it stands, what the host saw,
 * everything that happened. Whoever holds the address may read it; the key in
 * it is derived from a secret, so an address cannot be guessed.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Evidence } from "../domain/evidence.ts";
import type { Store } from "../domain/ports/store-port.ts";
import type { Run, RunEvent, Task } from "../domain/task.ts";
import type { Page } from "./server.ts";

const KEY_CHARS = 32;
const SHOWN_EVENTS = 500;
const PATH = /^\/runs\/([0-9a-f-]{8,64})\/([0-9a-f]{32})$/;

/** @returns the path of a run's page, to be put behind the server's public address */
export function runPath(runId: string, secret: string): string {
  return `/runs/${runId}/${keyOf(runId, secret)}`;
}

/** @returns the page for the web server; null for paths that are no run's, wrong keys and unknown runs alike */
export function runPages(store: Pick<Store, "run" | "task" | "events" | "evidence" | "spent">, secret: string): Page {
  return async (path) => {
    const [, runId, key] = PATH.exec(path) ?? [];
    if (runId === undefined || key === undefined || !sameKey(key, keyOf(runId, secret))) return null;
    const run = await store.run(runId);
    const task = run === null ? null : await store.task(run.taskId);
    if (run === null || task === null) return null;
    const [events, evidence, spent] = await Promise.all([
      store.events(task.id, SHOWN_EVENTS),
      store.evidence(runId),
      store.spent(task.id),
    ]);
    const mine = events.filter((event) => event.runId === runId);
    return {
      contentType: "text/html; charset=utf-8",
      body: page({ run, task, events: mine, evidence, usd: spent.usd }),
    };
  };
}

function keyOf(runId: string, secret: string): string {
  return createHmac("sha256", secret).update(`run page ${runId}`).digest("hex").slice(0, KEY_CHARS);
}

function sameKey(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

interface Facts {
  readonly run: Run;
  readonly task: Task;
  readonly events: readonly RunEvent[];
  readonly evidence: Evidence | null;
  readonly usd: number;
}

const STYLE =
  "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1f2328}table{border-collapse:collapse;width:100%}td,th{border:1px solid #d1d9e0;padding:.3rem .6rem;text-align:left;vertical-align:top}pre{background:#f6f8fa;padding:.8rem;white-space:pre-wrap}.quiet{color:#59636e}code{font-size:.9em}";

function page(facts: Facts): string {
  const { run, task, events, evidence } = facts;
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(task.title)}</title><style>${STYLE}</style>`,
    `<h1>${text(run.plan?.title ?? task.title)}</h1>`,
    `<p class="quiet">${facet(facts)}</p>`,
    `<h2>Asked</h2><pre>${text(run.text)}</pre>`,
    run.failure === null ? "" : `<h2>Stopped: ${text(run.failure.code)}</h2><pre>${text(run.failure.because)}</pre>`,
    run.plan === null
      ? ""
      : `<h2>Plan</h2><p>${text(run.plan.goal)}</p><ol>${run.plan.criteria.map((one) => `<li>${text(one.text)} <span class="quiet">${one.proof}</span></li>`).join("")}</ol>`,
    evidence === null ? "" : evidencePart(evidence),
    `<h2>What happened</h2><table>${events.map(eventRow).join("")}</table></html>`,
  ].join("\n");
}

function facet({ run, task, usd }: Facts): string {
  const parts = [
    `run ${run.ordinal} (${run.kind})`,
    `${run.status}, stage ${run.stage}, round ${run.round}`,
    `asked by ${text(run.requestedBy.login)} in #${task.issueNumber}`,
    task.branch === null ? "" : `<code>${text(task.branch)}</code>`,
    task.pullRequest === null ? "" : `pull request #${task.pullRequest}`,
    `$${usd.toFixed(2)} of $${task.budgetUsd.toFixed(2)}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function evidencePart(evidence: Evidence): string {
  const rows = evidence.rows.map(
    (row) =>
      `<tr><td>${row.criterion}</td><td><code>${text(row.file)}</code> ${text(row.test)}</td><td>✗ ${text(row.red.reason)}<pre>${text(row.red.excerpt)}</pre></td><td>${row.green === null ? "not seen" : `✓ <code>${row.green.commit.slice(0, 7)}</code>`}</td></tr>`,
  );
  const doubts = evidence.notVerified.map((line) => `<li>${text(line)}</li>`).join("");
  return `<h2>Evidence</h2><table><tr><th>criterion</th><th>test</th><th>red on ${evidence.baseSha.slice(0, 7)}</th><th>green on ${evidence.headSha.slice(0, 7)}</th></tr>${rows.join("")}</table><h2>Not verified</h2><ul>${doubts}</ul>`;
}

function eventRow(event: RunEvent): string {
  return `<tr><td class="quiet">${event.at.toISOString().slice(11, 19)}</td><td>${text(event.kind)}</td><td>${text(event.text)}</td></tr>`;
}

/** Nothing a person, a test or a model wrote is ever HTML here. */
function text(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
