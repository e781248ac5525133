/**
 * Every REST operation the forge serves, in one list.
 */
import { appRoutes } from "./app.ts";
import { commentRoutes } from "./issues/comments.ts";
import { issueRoutes } from "./issues/issues.ts";
import { labelRoutes } from "./issues/labels.ts";
import { lockRoutes } from "./issues/lock.ts";
import { reactionRoutes } from "./issues/reactions.ts";
import { mergeRoutes } from "./pulls/merge.ts";
import { pullRoutes } from "./pulls/pulls.ts";
import { reviewCommentRoutes } from "./pulls/review-comments.ts";
import { reviewRoutes } from "./pulls/reviews.ts";
import { checkRoutes } from "./repository/checks.ts";
import { contentRoutes } from "./repository/content.ts";
import { repositoryRoutes } from "./repository/repository.ts";
import { searchRoutes } from "./repository/search.ts";
import { statusRoutes } from "./repository/statuses.ts";
import type { Route } from "./route.ts";
import { userRoutes } from "./users.ts";

export const ROUTES: readonly Route[] = [
  ...appRoutes,
  ...userRoutes,
  ...repositoryRoutes,
  ...contentRoutes,
  ...statusRoutes,
  ...checkRoutes,
  ...issueRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...lockRoutes,
  ...reactionRoutes,
  ...pullRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...reviewCommentRoutes,
  ...searchRoutes,
];
