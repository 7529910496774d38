import type { Purged } from '../../entities/purge-entities.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { EntityFilter, EntityQuery } from '../../query/entity-query.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { sourceError, unsupported } from '../calls/source-errors.ts';
import { sourcesOfQuery } from '../read/query-distributed.ts';
import type { FilterTexts } from '../read/read-calls.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesOf, nameList, narrowedSelectors, typeText } from '../registrations/narrow-query.ts';
import { isProxied } from '../registrations/registration.ts';
import type { WriteFailure, WriteOutcome } from './distributed-write.ts';

/**
 * Purge Entities (5.6.21), locally and at the sources concerned, each for what it is registered for.
 *
 * @param local purges the local entities
 */
export async function distributePurge(
  federation: Federation,
  origin: Origin,
  filter: EntityFilter & Pick<EntityQuery, 'csf'>,
  texts: FilterTexts,
  purged: Purged,
  local: () => Promise<void>,
): Promise<WriteOutcome<void>> {
  const matches = sourcesOfQuery(federation, origin, filter, 'purgeEntity').filter(
    ({ registration }) => registration.mode !== 'auxiliary',
  );
  const [, ...failures] = await Promise.all([
    local(),
    ...(await inParallel(matches, (match) => purgeAt(federation, origin, match, filter, texts, purged))),
  ]);
  return { failures: failures.flat(), anySucceeded: true, written: new Set(), createdElsewhere: false };
}

async function purgeAt(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  filter: EntityFilter,
  texts: FilterTexts,
  purged: Purged,
): Promise<WriteFailure[]> {
  const { registration } = match;
  const registrationId = registration.id;
  if (!registration.operations.has('purgeEntity')) {
    return [{ error: unsupported(registration, 'purgeEntity'), registrationId }];
  }
  const share = purgedAt(match, purged);
  if (share === undefined) return [];
  if (
    (await federation.namesFor(registration, origin).catch(() => undefined)) !== origin.context &&
    hasFilters(texts)
  ) {
    const detail = `${registration.endpoint}: it uses another @context, in which the query can't be expressed`;
    return [{ error: new NgsiLdError('SourceFailed', detail), registrationId }];
  }
  const failures = await inParallel(narrowedSelectors(match, filter.selectors), async (selector) => {
    const reply = await federation.send(registration, origin, (names) => ({
      method: 'DELETE',
      path: '/entities',
      query: {
        type: typeText(selector.types, names),
        id: selector.ids?.join(','),
        idPattern: selector.ids === undefined ? selector.idPattern?.source : undefined,
        attrs: nameList(filter.attrs && new Set(filter.attrs), names),
        ...texts,
        ...(share.keep && { keep: nameList(share.keep, names) }),
        ...(share.drop && { drop: nameList(share.drop, names) }),
      },
    }));
    const error = sourceError(registration, reply, false);
    const isNothing =
      error?.type === 'ResourceNotFound' || (error?.type === 'LoopDetected' && !isProxied(registration));
    return error === undefined || isNothing ? [] : [{ error, registrationId }];
  });
  return failures.flat();
}

function hasFilters(texts: FilterTexts): boolean {
  return Object.values(texts).some((text) => text !== undefined);
}

interface PurgedShare {
  readonly keep?: ReadonlySet<string>;
  readonly drop?: ReadonlySet<string>;
}

/** What a source must delete: only attributes that it is registered for; undefined: nothing. */
function purgedAt(match: RegistrationMatch, purged: Purged): PurgedShare | undefined {
  const registered = attributesOf(match);
  if (registered === undefined) {
    if (purged.kind === 'entity') return {};
    return purged.kind === 'allBut' ? { keep: purged.names } : { drop: purged.names };
  }
  const drop =
    purged.kind === 'entity'
      ? registered
      : purged.kind === 'only'
        ? registered.intersection(purged.names)
        : registered.difference(purged.names);
  return drop.size === 0 ? undefined : { drop };
}
