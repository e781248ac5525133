/**
 * Keeps what git said of commits: a commit never changes, so neither does the
 * answer, and a process of git costs more than the answer is large. What was
 * used longest ago goes first; what failed is asked again.
 */

/**
 * @param most answers kept
 * @param fits false for an answer too large to keep
 * @returns gives the kept answer of a key, or makes it; who asks meanwhile waits for the same one
 */
export function remember<T>(
  most: number,
  fits: (answer: T) => boolean = () => true,
): (key: string, make: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (key, make) => {
    const known = kept.get(key);
    kept.delete(key);
    const answer = known ?? make();
    kept.set(key, answer);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    if (known === undefined) {
      const forget = (): void => {
        if (kept.get(key) === answer) kept.delete(key);
      };
      answer.then((made) => (fits(made) ? undefined : forget()), forget);
    }
    return answer;
  };
}
