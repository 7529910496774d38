const KEPT_UNDER = 'alzette.device';

/** A random identifier that this device sends with an answer to a poll and with a report. It does not identify the user. */
export function deviceName(): string {
  const kept = localStorage.getItem(KEPT_UNDER);
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(KEPT_UNDER, made);
  return made;
}
