/** Reads a value from the browser's storage; undefined if there is none (private windows, blocked storage). */
export function stored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a choice if the browser allows it. Otherwise it lasts for this visit only. */
export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // blocked storage is the visitor's choice
  }
}
