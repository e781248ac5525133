/** The pages of the set-up, as HTML without script. Pure; whatever came from outside is shown as text. */

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1f2328}input{font:inherit;width:100%;padding:.4rem;box-sizing:border-box}label{display:block;margin:1rem 0}button{font:inherit;padding:.4rem 1rem}pre{background:#f6f8fa;padding:.8rem;white-space:pre-wrap;word-break:break-all}.trouble{color:#cf222e}";

const HEADING = "Register the GitHub App";

/** @param trouble what was wrong with the last try, in our words; null at the first */
export function tokenPage(action: string, trouble: string | null): string {
  return page(
    HEADING,
    trouble === null ? "" : `<p class="trouble">${text(trouble)}</p>`,
    "<p>Orion has no GitHub App yet. Whoever started this process finds a set-up token in its log, or gave it one as <code>ORION_SETUP_TOKEN</code>.</p>",
    `<form method="post" action="${text(action)}" autocomplete="off">`,
    '<label>Set-up token <input name="token" type="password" required></label>',
    '<label>Organisation that shall own the App; empty for your own account <input name="organization" maxlength="39"></label>',
    "<button>Go on</button></form>",
  );
}

export interface Handover {
  /** GitHub's own form, with the state in it */
  readonly action: string;
  readonly manifest: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly owner: string | null;
}

export function handoverPage({ action, manifest, permissions, owner }: Handover): string {
  const rights = Object.entries(permissions).map(([name, level]) => `<li>${text(name)}: ${text(level)}</li>`);
  return page(
    HEADING,
    `<p>GitHub asks you next for a name and to confirm. The App will belong to ${owner === null ? "your account" : `<b>${text(owner)}</b>`}, will be private, and may do this and no more:</p>`,
    `<ul>${rights.join("")}</ul>`,
    `<form method="post" action="${text(action)}"><input type="hidden" name="manifest" value="${text(manifest)}">`,
    "<button>Create the App on GitHub</button></form>",
    "<p>Then you come back here, and see its secrets once.</p>",
  );
}

export interface Registered {
  readonly name: string;
  /** where it is installed on repositories */
  readonly installUrl: string;
  /** lines of an environment file */
  readonly lines: readonly string[];
  /** where they were kept for this machine; null when nowhere */
  readonly keptIn: string | null;
}

export function registeredPage({ name, installUrl, lines, keptIn }: Registered): string {
  const kept =
    keptIn === null
      ? "They are shown this once and kept nowhere."
      : `They are shown this once; <code>${text(keptIn)}</code> holds them, readable by the user who runs Orion only.`;
  return page(
    `${name} is registered`,
    `<p>Set these three variables where Orion runs, in place of what stands there, and start it again. ${kept}</p>`,
    `<pre>${text(lines.join("\n"))}</pre>`,
    `<p>Then <a href="${text(installUrl)}">install it</a> on the repositories Orion may work on, protect their default branches, and let <code>npm run doctor</code> look at it all.</p>`,
    "<p>Lost them? Make new ones on the App's page on GitHub: a private key and a webhook secret.</p>",
  );
}

/** @param words one sentence of ours */
export function plainPage(words: string): string {
  return page(HEADING, `<p>${text(words)}</p>`);
}

function page(title: string, ...parts: readonly string[]): string {
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title><style>${STYLE}</style>`,
    `<h1>${text(title)}</h1>`,
    ...parts,
    "</html>",
  ].join("\n");
}

function text(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
