/** The threads of a pull request as a person sees them. */
import type { Project } from "./project.ts";

export interface SeenThread {
  /** id of its first comment */
  readonly id: number;
  readonly path: string;
  readonly resolved: boolean;
  /** its lines have changed since */
  readonly outdated: boolean;
  /** `login: words`, oldest first; markers taken out */
  readonly said: readonly string[];
}

interface Answer {
  readonly data: {
    readonly repository: {
      readonly pullRequest: {
        readonly reviewThreads: {
          readonly nodes: readonly {
            readonly path: string;
            readonly isResolved: boolean;
            readonly isOutdated: boolean;
            readonly comments: {
              readonly nodes: readonly {
                readonly databaseId: number;
                readonly body: string;
                readonly author: { readonly login: string };
              }[];
            };
          }[];
        };
      };
    };
  };
}

const QUERY = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100) {
        nodes { path isResolved isOutdated comments(first: 100) { nodes { databaseId body author { login } } } }
      }
    }
  }
}`;

export async function threadsOf({ maya, place }: Project, number: number): Promise<readonly SeenThread[]> {
  const { data } = (await maya.call("POST", "/graphql", { query: QUERY, variables: { ...place, number } })) as Answer;
  return data.repository.pullRequest.reviewThreads.nodes.map(({ path, isResolved, isOutdated, comments }) => ({
    id: comments.nodes[0]?.databaseId ?? 0,
    path,
    resolved: isResolved,
    outdated: isOutdated,
    said: comments.nodes.map(({ author, body }) => `${author.login}: ${body.replace(/<!--.*?-->\n?/g, "")}`),
  }));
}
