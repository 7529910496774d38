import { isJsonObject } from '../../model/values.ts';
import { type Federation, inParallel, supported, unreadableWarning, warningOf } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { queryFromSources, type SourceQuery } from '../read/read-sources.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesOf, intersection, nameList, narrowedSelectors, typeText } from '../registrations/narrow-query.ts';

/** The matching entities that a source has. */
interface SourceMap {
  readonly registrationId: string;
  readonly ids: readonly string[];
  /** The id of the map that the source keeps, if any. */
  readonly mapId?: string;
}

/** Asks sources which entities match (5.14.4.4): by an entity map if they support it, otherwise by a query. */
export async function mapsFromSources(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  query: SourceQuery,
): Promise<SourceMap[]> {
  const found = await inParallel(matches, async (match) => {
    const { id: registrationId } = match.registration;
    if (supported(match.registration, ['createEntityMapQueryEntity']) !== undefined) {
      const map = await mapOf(federation, origin, match, query);
      if (map !== undefined) return { registrationId, ...map };
    }
    const [contribution] = await queryFromSources(federation, origin, [match], query);
    return { registrationId, ids: contribution?.entities.map(({ id }) => id) ?? [] };
  });
  return found;
}

/** Undefined: the source does not support entity maps. */
async function mapOf(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  query: SourceQuery,
): Promise<Pick<SourceMap, 'ids' | 'mapId'> | undefined> {
  const { registration } = match;
  const selectors = narrowedSelectors(match, query.selectors);
  const [selector] = selectors;
  const attributes = intersection(attributesOf(match), query.attributes);
  const names = await federation.namesFor(registration, origin).catch(() => undefined);
  // A URL can express only one selector, and the client's filters can't be converted to another @context.
  if (selector === undefined || selectors.length > 1 || names !== origin.context) return undefined;
  const reply = await federation.send(registration, origin, (theirs) => ({
    method: 'GET',
    path: '/entityMaps',
    query: {
      type: typeText(selector.types, theirs),
      id: selector.ids?.join(','),
      idPattern: selector.ids === undefined ? selector.idPattern?.source : undefined,
      attrs: nameList(attributes, theirs),
      ...query.texts,
    },
  }));
  if (reply.kind === 'answer' && [400, 404, 405, 422, 501].includes(reply.status)) return undefined;
  const warning = warningOf(registration, reply);
  if (warning !== undefined) {
    origin.warnings.push(warning);
    return { ids: [] };
  }
  const body = reply.kind === 'answer' ? reply.body : undefined;
  if (!isJsonObject(body) || !isJsonObject(body.entityMap) || typeof body.id !== 'string') {
    origin.warnings.push(unreadableWarning(registration, 'its answer is not an entity map'));
    return { ids: [] };
  }
  return { ids: Object.keys(body.entityMap), mapId: body.id };
}
