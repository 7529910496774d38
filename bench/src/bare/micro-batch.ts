const IN_FLIGHT = 2;
const LARGEST = 200;

interface Waiting<Item> {
  readonly item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Groups waiting items into the next statement while IN_FLIGHT statements run; an item is done when its statement is
 * committed.
 *
 * @param keyOf items with the same key never share a statement
 */
export function batched<Item>(
  run: (items: Item[]) => Promise<void>,
  keyOf: (item: Item) => unknown = (item) => item,
): (item: Item) => Promise<void> {
  let waiting: Waiting<Item>[] = [];
  let running = 0;

  function next(): void {
    if (running === IN_FLIGHT || waiting.length === 0) return;
    const keys = new Set<unknown>();
    const group: Waiting<Item>[] = [];
    const later: Waiting<Item>[] = [];
    for (const entry of waiting) {
      const key = keyOf(entry.item);
      if (group.length === LARGEST || keys.has(key)) later.push(entry);
      else {
        keys.add(key);
        group.push(entry);
      }
    }
    waiting = later;
    running++;
    void run(group.map(({ item }) => item))
      .then(
        () => group.forEach(({ resolve }) => void resolve()),
        (error: unknown) => group.forEach(({ reject }) => void reject(error)),
      )
      .finally(() => {
        running--;
        next();
      });
  }

  return (item) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      next();
    });
}
