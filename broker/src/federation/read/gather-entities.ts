import type { Entity } from '../../model/entity.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { isProxied } from '../registrations/registration.ts';
import { joinEntities } from './join-entities.ts';
import { withoutProxied } from './proxied.ts';
import type { Contribution } from './read-sources.ts';

/** The parts of one entity: those of equal rank, local first, and those of auxiliary sources. */
interface Parts {
  readonly equals: Entity[];
  readonly auxiliaries: Entity[];
}

/** Collects the parts that sources have of entities, and merges them with local data. */
export class GatheredEntities {
  readonly #contributions: readonly Contribution[];
  readonly #proxied: readonly RegistrationMatch[];
  readonly #parts = new Map<string, Parts>();

  /** @param matches all sources that the query concerns, even if they contribute nothing */
  constructor(
    contributions: readonly Contribution[],
    matches: readonly RegistrationMatch[] = contributions.map(({ match }) => match),
  ) {
    this.#contributions = contributions;
    this.#proxied = matches.filter(({ registration }) => isProxied(registration));
    const exclusive = matches.filter(({ registration }) => registration.mode === 'exclusive');
    for (const { match, entities } of contributions) {
      const { mode } = match.registration;
      for (const entity of entities) {
        // Other sources can't contribute what an exclusive source has (4.3.6.3).
        const part = mode === 'exclusive' ? entity : withoutProxied(entity, exclusive);
        if (part === undefined) continue;
        const parts = this.#partsOf(entity.id);
        (mode === 'auxiliary' ? parts.auxiliaries : parts.equals).push(part);
      }
    }
  }

  get ids(): Iterable<string> {
    return this.#parts.keys();
  }

  has(id: string): boolean {
    return this.#parts.has(id);
  }

  /** The ids of the registrations with a part of the entity. */
  sourcesOf(id: string): string[] {
    return this.#contributions
      .filter(({ entities }) => entities.some((entity) => entity.id === id))
      .map(({ match }) => match.registration.id);
  }

  /** Merges all parts of an entity (4.5.5); undefined: there is none. @param local the local part */
  join(id: string, local: Entity | undefined, at: string): Entity | undefined {
    const { equals, auxiliaries } = this.#parts.get(id) ?? { equals: [], auxiliaries: [] };
    const own = local && this.ownPart(local);
    return joinEntities(own === undefined ? equals : [own, ...equals], auxiliaries, at);
  }

  /** The local part, without the data that only proxied sources have. */
  ownPart(local: Entity): Entity | undefined {
    return withoutProxied(local, this.#proxied);
  }

  #partsOf(id: string): Parts {
    let parts = this.#parts.get(id);
    if (parts === undefined) {
      parts = { equals: [], auxiliaries: [] };
      this.#parts.set(id, parts);
    }
    return parts;
  }
}
