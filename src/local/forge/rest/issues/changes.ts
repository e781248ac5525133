/**
 * What an edit changed, as webhooks tell it.
 */
import type { IssueRecord } from "../../state/records.ts";

/** @returns `{}` when neither title nor body differ */
export function changesOf(before: IssueRecord, after: IssueRecord): Readonly<Record<string, unknown>> {
  return {
    ...(before.title === after.title ? {} : { title: { from: before.title } }),
    ...(before.body === after.body ? {} : { body: { from: before.body ?? "" } }),
  };
}
