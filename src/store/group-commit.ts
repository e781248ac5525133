/**
 * Many small writes, one transaction: what arrives while a commit is under way
 * goes together into the next one. A commit waits for the disk; waiting for it
 * once for many is what makes the door wide. It knows nothing of what is written.
 */

/** Payloads are up to 10 MB each; a group's memory stays bounded. */
const GROUP_MAX = 32;

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * @param commit writes all or nothing; results in the order of the items
 * @returns writes one item; resolves once its group is committed. When a group fails each of its items is
 *   written alone, so that one bad item fails by itself
 */
export function groupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let committing = false;

  async function settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await commit(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      const [only, another] = group;
      if (another === undefined) only?.reject(error);
      else await Promise.all(group.map((one) => settle([one])));
    }
  }

  async function goOn(): Promise<void> {
    committing = true;
    while (waiting.length > 0) await settle(waiting.splice(0, GROUP_MAX));
    committing = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // settle() rejects those who wait, never itself
      if (!committing) void goOn();
    });
}
