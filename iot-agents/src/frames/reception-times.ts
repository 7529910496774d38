/** So many processes give different times. */
const PROCESSES = 8;

/**
 * Times of reception, in milliseconds, that differ among the messages of a topic. Several may arrive in one millisecond, such as
 * those that a broker delivers again at once. A measure without a time of its own that is stored again after an outage is recognised
 * by its time, so two must not have the same, also if two processes receive them.
 *
 * @param numberOfProcess a small number that no other process has
 *
 * @returns for a topic, the present time as ISO 8601, or as little later as needed
 */
export function createReceptionTimes(
  numberOfProcess: () => number = () => 0,
  now: () => number = Date.now,
): (topic: string) => string {
  /** Of topics that received a message in this millisecond, or are ahead of it. */
  const last = new Map<string, number>();
  let present = 0;
  return (topic) => {
    const at = now();
    if (at !== present) {
      present = at;
      for (const [known, time] of last) if (time < at) last.delete(known);
    }
    const earliest = Math.max(at, (last.get(topic) ?? 0) + 1);
    const ahead = (((numberOfProcess() - earliest) % PROCESSES) + PROCESSES) % PROCESSES;
    last.set(topic, earliest + ahead);
    return new Date(earliest + ahead).toISOString();
  };
}
