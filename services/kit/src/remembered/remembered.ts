/**
 * Caches values by key, at most `most` of them. Concurrent calls for a key share one read; a failed read is not cached.
 */
export function remembered<Value>(
  read: (key: string) => Promise<Value>,
  { forMs, most = 200 }: { readonly forMs: number; readonly most?: number },
): (key: string) => Promise<Value> {
  const kept = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.value;
    kept.delete(key);
    if (kept.size >= most) kept.delete(kept.keys().next().value as string);
    const value = read(key);
    kept.set(key, { value, until: Date.now() + forMs });
    value.catch(() => kept.delete(key));
    return value;
  };
}
