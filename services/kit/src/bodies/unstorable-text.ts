/**
 * The path of the first text that PostgreSQL can't store (U+0000, or half a surrogate pair), e.g. `steps[0].name`; ''
 * is the value itself. Undefined: there is none.
 */
export function unstorableText(value: unknown): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value) ? `[${key}]` : isStorable(key) ? key : JSON.stringify(key);
    const below = isStorable(key) ? unstorableText(item) : '';
    if (below !== undefined) return below === '' || below.startsWith('[') ? name + below : `${name}.${below}`;
  }
  return undefined;
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
