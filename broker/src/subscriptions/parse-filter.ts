import type { Entity } from '../model/entity.ts';
import { badMember, isJsonObject, type JsonObject } from '../model/values.ts';
import { parseGeoQuery } from '../query/geo-query.ts';
import { matchesGeoQuery } from '../query/match-geo.ts';
import { matchesQ } from '../query/match-q.ts';
import { parseQ } from '../query/q-parser.ts';
import { linkDepth, type QNode } from '../query/q-tree.ts';
import { matchesScopes, parseScopeQuery } from '../query/scope-query.ts';
import { checkMembers, checkText } from './parse-member.ts';
import type { ExpanderOf } from './recorded-names.ts';

type Test = (entity: Entity) => boolean;

const GEO_MEMBERS = ['geometry', 'coordinates', 'georel', 'geoproperty'] as const;

/**
 * Reads `q`, `scopeQ` and `geoQ` into one test; undefined when there is none of them.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseFilter(document: JsonObject, expanderOf: ExpanderOf): Test | undefined {
  const tests: Test[] = [];
  const scopeQ = checkText(document.scopeQ, 'scopeQ');
  if (scopeQ !== undefined) {
    const query = parseScopeQuery(scopeQ);
    tests.push((entity) => matchesScopes(query, entity.scopes));
  }
  const q = parseDecodedQ(document, expanderOf);
  if (q !== undefined) tests.push((entity) => matchesQ(q, entity));
  if (document.geoQ !== undefined) tests.push(parseGeo(document.geoQ, expanderOf));
  if (tests.length <= 1) return tests[0];
  return (entity) => tests.every((test) => test(entity));
}

function parseDecodedQ(document: JsonObject, expanderOf: ExpanderOf): QNode | undefined {
  const q = checkText(document.q, 'q');
  const expandValues = parseNames(document.expandValues, 'expandValues');
  const jsonKeys = parseNames(document.jsonKeys, 'jsonKeys');
  if (q === undefined) return undefined;
  const tree = parseQ(percentDecoded(q), expanderOf('q'), {
    ...(expandValues && { expandValues }),
    ...(jsonKeys && { jsonKeys }),
  });
  if (linkDepth(tree) > 0) throw badMember('q', q, 'no linked entities in the q of a subscription');
  return tree;
}

function parseNames(value: unknown, member: string): string[] | undefined {
  return checkText(value, member)
    ?.split(',')
    .map((name) => name.trim());
}

/** Clients write `q` as in a URL, wholly or in part; what is no escape stays. */
function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function parseGeo(value: unknown, expanderOf: ExpanderOf): Test {
  if (!isJsonObject(value)) throw badMember('geoQ', value, 'an object with geometry, coordinates and georel');
  checkMembers(value, GEO_MEMBERS, 'geoQ');
  const query = parseGeoQuery(value, expanderOf('geoQ'));
  if (query === undefined) throw badMember('geoQ', value, 'geometry, coordinates and georel');
  return (entity) => matchesGeoQuery(query, entity);
}
