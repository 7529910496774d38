const KEPT_UNDER = 'alzette.device';

/** A random name that this device gives with an answer to a poll. It says nothing of who holds it. */
export function deviceName(): string {
  const kept = localStorage.getItem(KEPT_UNDER);
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(KEPT_UNDER, made);
  return made;
}
