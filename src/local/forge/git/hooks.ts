/**
 * The server's side of "never the default branch": an `update` hook that git
 * itself runs for every pushed ref, with the pusher told by the environment.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Who pushes, as the hook sees it. */
export interface Pusher {
  readonly kind: "app" | "person";
  readonly role: string;
  /** true when the token may change workflow files */
  readonly workflows: boolean;
  readonly defaultBranch: string;
  /** false: the default branch has no ruleset */
  readonly protected: boolean;
}

export function pusherEnvironment(pusher: Pusher): Record<string, string> {
  return {
    FORGE_KIND: pusher.kind,
    FORGE_ROLE: pusher.role,
    FORGE_WORKFLOWS: pusher.workflows ? "yes" : "no",
    FORGE_DEFAULT_REF: `refs/heads/${pusher.defaultBranch}`,
    FORGE_PROTECTED: pusher.protected ? "yes" : "no",
  };
}

const UPDATE_HOOK = `#!/bin/sh
# update <ref> <old> <new>: exit 1 refuses this ref and says why.
ref=$1 old=$2 new=$3
zero=0000000000000000000000000000000000000000
refuse() { echo "remote rejected: $1" >&2; exit 1; }

case "$ref" in
  refs/heads/*|refs/tags/*) ;;
  *) refuse "GH002: only branches and tags can be pushed, not $ref" ;;
esac

if [ "$FORGE_KIND" = app ] && [ "$FORGE_WORKFLOWS" = no ] && [ "$new" != "$zero" ]; then
  changed=$(git rev-list --max-count=1 "$new" --not --all -- .github/workflows) || refuse "the new commits cannot be read"
  [ -z "$changed" ] || refuse "refusing to allow a GitHub App to create or update workflow files without workflows permission"
fi

if [ "$ref" = "$FORGE_DEFAULT_REF" ] && [ "$FORGE_PROTECTED" = yes ]; then
  [ "$new" != "$zero" ] || refuse "GH013: repository rule violations: cannot delete this protected branch"
  # An App has no role, so it never passes here, whatever its permissions.
  [ "$FORGE_ROLE" = admin ] || refuse "GH013: repository rule violations: changes must be made through a pull request"
  if [ "$old" != "$zero" ]; then
    git merge-base --is-ancestor "$old" "$new" || refuse "GH013: repository rule violations: cannot force-push to this branch"
  fi
fi
exit 0
`;

/**
 * Writes the hooks all repositories share.
 * @returns the folder for `core.hooksPath`
 */
export function installHooks(dir: string): string {
  const folder = join(dir, "hooks");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "update");
  writeFileSync(file, UPDATE_HOOK);
  chmodSync(file, 0o755);
  return folder;
}
