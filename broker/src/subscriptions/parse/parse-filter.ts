import type { Entity } from '../../model/entity.ts';
import { checkMembers, checkText } from '../../model/parse/parse-member.ts';
import { badMember, isJsonObject, type JsonObject } from '../../model/values.ts';
import type { EntityFilter } from '../../query/entity-query.ts';
import { type GeoQuery, parseGeoQuery } from '../../query/geo/geo-query.ts';
import { matchesGeoQuery } from '../../query/geo/match-geo.ts';
import { matchesQ } from '../../query/q/match-q.ts';
import { parseQ } from '../../query/q/q-parser.ts';
import { linkDepth, type QNode } from '../../query/q/q-tree.ts';
import { matchesScopes, parseScopeQuery } from '../../query/scope/scope-query.ts';
import type { RequiredValue, Scalar, SubscriptionRule } from '../rule.ts';
import type { ExpanderOf } from './recorded-names.ts';

type Test = (entity: Entity) => boolean;

const GEO_MEMBERS = ['geometry', 'coordinates', 'georel', 'geoproperty'] as const;

/** `q`, `scopeQ` and `geoQ` of a subscription, as one test function and as trees. */
type Filter = Pick<SubscriptionRule, 'matches' | 'requiredValue' | 'linkedQ' | 'usesLinkedEntities'> & {
  readonly trees: Pick<EntityFilter, 'q' | 'geoQ' | 'scopeQ'>;
};

/**
 * Reads `q`, `scopeQ` and `geoQ`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseFilter(document: JsonObject, expanderOf: ExpanderOf): Filter {
  const tests: Test[] = [];
  const scopeText = checkText(document.scopeQ, 'scopeQ');
  const scopeQ = scopeText === undefined ? undefined : parseScopeQuery(scopeText);
  if (scopeQ !== undefined) tests.push((entity) => matchesScopes(scopeQ, entity.scopes));
  const q = parseDecodedQ(document, expanderOf);
  // Linked entities are unknown where changes are matched, so such a query is evaluated later.
  const linkedQ = q !== undefined && linkDepth(q) > 0 ? q : undefined;
  if (q !== undefined && linkedQ === undefined) tests.push((entity) => matchesQ(q, entity));
  const geoQ = document.geoQ === undefined ? undefined : parseGeo(document.geoQ, expanderOf);
  if (geoQ !== undefined) tests.push((entity) => matchesGeoQuery(geoQ, entity));
  const requiredValue = q && requiredValueOf(q);
  return {
    trees: { ...(q && { q }), ...(geoQ && { geoQ }), ...(scopeQ && { scopeQ }) },
    ...(tests.length > 0 && { matches: allOf(tests) }),
    ...(requiredValue && { requiredValue }),
    ...(linkedQ && { linkedQ, usesLinkedEntities: true }),
  };
}

function allOf(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (entity) => tests.every((test) => test(entity));
}

/** The first condition `attribute==value` or `attribute==value,value` that must hold for the query to match. */
function requiredValueOf(q: QNode): RequiredValue | undefined {
  if (q.kind === 'and') {
    for (const operand of q.operands) {
      const required = requiredValueOf(operand);
      if (required !== undefined) return required;
    }
    return undefined;
  }
  if (q.kind !== 'term' || q.path.kind !== 'value' || q.test.kind !== 'equal') return undefined;
  const [attribute, ...further] = q.path.names;
  const { operand } = q.test;
  if (attribute === undefined || further.length + q.path.members.length > 0 || operand.kind !== 'values')
    return undefined;
  const values: Scalar[] = [];
  for (const { kind, value } of operand.values) {
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') return undefined; // equal times can be written differently
    values.push(value);
  }
  return { attribute, values };
}

function parseDecodedQ(document: JsonObject, expanderOf: ExpanderOf): QNode | undefined {
  const q = checkText(document.q, 'q');
  const expandValues = parseNames(document.expandValues, 'expandValues');
  const jsonKeys = parseNames(document.jsonKeys, 'jsonKeys');
  if (q === undefined) return undefined;
  return parseQ(percentDecoded(q), expanderOf('q'), {
    ...(expandValues && { expandValues }),
    ...(jsonKeys && { jsonKeys }),
  });
}

function parseNames(value: unknown, member: string): string[] | undefined {
  return checkText(value, member)
    ?.split(',')
    .map((name) => name.trim());
}

/**
 * Some clients percent-encode `q` completely or partly, as in a URL. Anything that is not a valid escape stays as it
 * is.
 */
function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function parseGeo(value: unknown, expanderOf: ExpanderOf): GeoQuery {
  if (!isJsonObject(value)) throw badMember('geoQ', value, 'an object with geometry, coordinates and georel');
  checkMembers(value, GEO_MEMBERS, 'geoQ');
  const query = parseGeoQuery(value, expanderOf('geoQ'));
  if (query === undefined) throw badMember('geoQ', value, 'geometry, coordinates and georel');
  return query;
}
