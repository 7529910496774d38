/** What is asked for once. */
export interface KnownOnce<T> {
  /** The answer. After a failure it is asked for again: a kept rejection would last as long as the process. */
  get(): Promise<T>;
  /** Asks again at the next `get`. */
  forget(): void;
}

export function knownOnce<T>(ask: () => Promise<T>): KnownOnce<T> {
  let known: Promise<T> | undefined;
  return {
    get() {
      if (known !== undefined) return known;
      const asked = ask().catch((error: unknown) => {
        if (known === asked) known = undefined;
        throw error;
      });
      known = asked;
      return asked;
    },
    forget() {
      known = undefined;
    },
  };
}
