import type { BookAlarm } from './book-alarm.ts';

/** The alarms of a book, indexed by their entities. */
export class BookIndex {
  readonly #alarms = new Map<string, BookAlarm>();
  readonly #activeByKey = new Map<string, string>();
  readonly #activeByRule = new Map<string, Set<string>>();
  readonly #activeByEntity = new Map<string, Set<string>>();
  /** By entity: the active alarms of entities that have it as a parent. */
  readonly #children = new Map<string, Set<string>>();

  constructor(alarms: Iterable<BookAlarm>) {
    for (const alarm of alarms) this.put(alarm);
  }

  put(alarm: BookAlarm): void {
    const before = this.#alarms.get(alarm.urn);
    if (before?.isActive === true) this.#mark(before, false);
    this.#alarms.set(alarm.urn, alarm);
    if (alarm.isActive) this.#mark(alarm, true);
  }

  get(urn: string): BookAlarm | undefined {
    return this.#alarms.get(urn);
  }

  all(): BookAlarm[] {
    return [...this.#alarms.values()];
  }

  active(): BookAlarm[] {
    return this.all().filter(({ isActive }) => isActive);
  }

  activeByKey(key: string): BookAlarm | undefined {
    return this.#alarms.get(this.#activeByKey.get(key) ?? '');
  }

  activeOf(rule: string): BookAlarm[] {
    return this.#found(this.#activeByRule.get(rule));
  }

  /** Alarms of the entity itself, without group alarms. */
  activeOn(entity: string): BookAlarm[] {
    return this.#found(this.#activeByEntity.get(entity));
  }

  childrenOf(entity: string): readonly string[] {
    return [...(this.#children.get(entity) ?? [])];
  }

  #found(urns: ReadonlySet<string> | undefined): BookAlarm[] {
    return [...(urns ?? [])].flatMap((urn) => this.#alarms.get(urn) ?? []);
  }

  #mark(alarm: BookAlarm, isActive: boolean): void {
    const { urn, rule, cause, members, entity, dedupKey } = alarm;
    if (!isActive) this.#activeByKey.delete(dedupKey);
    else this.#activeByKey.set(dedupKey, urn);
    mark(this.#activeByRule, rule, urn, isActive);
    if (cause === 'group' || cause === 'loop') return;
    for (const member of members) mark(this.#activeByEntity, member, urn, isActive);
    for (const parent of Object.values(entity.parents).flat()) mark(this.#children, parent, urn, isActive);
  }
}

function mark(sets: Map<string, Set<string>>, key: string, urn: string, isIn: boolean): void {
  const set = sets.get(key) ?? new Set();
  if (isIn) set.add(urn);
  else set.delete(urn);
  if (set.size === 0) sets.delete(key);
  else sets.set(key, set);
}
