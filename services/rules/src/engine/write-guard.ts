import type { AttributeWrite } from '../store/alarm-rows.ts';

const WITHIN_MS = 10 * 60_000;
const MAX_WRITES = 10;
const STOPPED_MS = 60 * 60_000;

/**
 * Detects rules whose writes trigger themselves, possibly through programs that the check can't see: a rule that writes
 * the same attribute of an entity more than ten times in ten minutes is blocked there for an hour.
 */
export class WriteGuard {
  readonly #writes = new Map<string, number[]>();
  readonly #stopped = new Map<string, number>();

  /** `stops`: this write exceeds the limit. */
  admit({ rule, entityId, attr }: AttributeWrite, tenant: string, now: number): 'goes' | 'stops' | 'stopped' {
    const key = [tenant, rule, entityId, attr].join('\n');
    const until = this.#stopped.get(key);
    if (until !== undefined && now < until) return 'stopped';
    const recent = (this.#writes.get(key) ?? []).filter((at) => at > now - WITHIN_MS);
    recent.push(now);
    if (recent.length <= MAX_WRITES) {
      this.#stopped.delete(key);
      this.#writes.set(key, recent);
      return 'goes';
    }
    this.#writes.delete(key);
    this.#stopped.set(key, now + STOPPED_MS);
    return 'stops';
  }

  /** Deletes expired entries. */
  forget(now: number): void {
    for (const [key, times] of this.#writes) if ((times.at(-1) ?? 0) < now - WITHIN_MS) this.#writes.delete(key);
    for (const [key, until] of this.#stopped) if (until < now) this.#stopped.delete(key);
  }
}
