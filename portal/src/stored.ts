/** What the browser keeps for us; undefined where it keeps nothing (private windows, blocked storage). */
export function stored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a choice where the browser allows it. A choice that cannot be kept still holds for this visit. */
export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // blocked storage is the visitor's choice
  }
}
