import { checkCoordinates, type Geometry } from '../model/geometry.ts';
import type { NameExpander } from '../model/names.ts';
import { expandAttributeName } from '../model/parse/parse-attribute.ts';
import { badMember, isName, type JsonObject } from '../model/values.ts';
import { type GeoQuery, LOCATION } from '../query/geo/geo-query.ts';
import { parsePattern } from '../query/pattern.ts';
import { parseScopeQuery } from '../query/scope/scope-query.ts';
import { ACTIONS, type Action, type Principal } from './principal.ts';
import { checkMembers, optionalText, textList, wordList } from './read-members.ts';
import type { VisibleRule } from './visibility.ts';

/** The principals that a policy applies to. All given criteria must hold; in each list one match is enough. */
export interface Who {
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly clients?: readonly string[];
  readonly organisations?: readonly string[];
  /** The `sub` of tokens, or ids of keys. */
  readonly subjects?: readonly string[];
  /**
   * The issuers whose subjects, clients, roles, groups and organisations are meant; absent: the first issuer, and roles
   * of trusted ones.
   */
  readonly issuers?: readonly string[];
  /** Everyone, authenticated or not. */
  readonly anyone?: boolean;
  /** Everyone with a token or a key. */
  readonly signedIn?: boolean;
}

/** Allows principals to do something. Anything that no policy allows is refused. Names are IRIs. */
export interface Policy {
  readonly id: string;
  readonly title?: string;
  readonly who: Who;
  readonly may: readonly Action[];
  /** Principals may create keys with the rights of this policy. */
  readonly delegable?: true;
  /** When it ends by itself, in ISO 8601. */
  readonly until?: string;
  /** `*` is every tenant, '' the default tenant; default: the default tenant. */
  readonly tenants: readonly string[];
  readonly types?: readonly string[];
  readonly ids?: readonly string[];
  readonly idPattern?: string;
  /** A scope query, in which `{organisation}` stands for the principal's organisation. */
  readonly scopeQ?: string;
  readonly attributes?: readonly string[];
  readonly exceptAttributes?: readonly string[];
  /** Entities whose location intersects it: a Polygon or MultiPolygon. */
  readonly area?: Geometry;
}

const POLICY_ID = /^[\w.:-]{1,128}$/;
const MEMBERS = [
  'id',
  'title',
  'who',
  'may',
  'delegable',
  'until',
  'tenants',
  'types',
  'ids',
  'idPattern',
  'scopeQ',
  'attributes',
  'exceptAttributes',
  'area',
];
const WHO = ['roles', 'groups', 'clients', 'organisations', 'subjects', 'issuers', 'anyone', 'signedIn'];
const OF_ENTITIES = ['types', 'ids', 'idPattern', 'scopeQ', 'attributes', 'exceptAttributes', 'area'] as const;
const ORGANISATION = '{organisation}';

/** Allows everything everywhere; other policies can't restrict it. */
export const ADMINISTRATORS: Policy = Object.freeze({
  id: 'administrators',
  title: 'Built in: the role administrator may do everything',
  who: { roles: ['administrator'] },
  may: ACTIONS,
  tenants: ['*'],
});

/**
 * Parses a policy and expands its names.
 *
 * @throws NgsiLdError BadRequestData: names the member
 */
export function parsePolicy(body: unknown, id: string, names: NameExpander): Policy {
  const given = checkMembers(body, 'policy', MEMBERS);
  if (given.id !== undefined && given.id !== id) throw badMember('id', given.id, id);
  if (!POLICY_ID.test(id) || id === ADMINISTRATORS.id) {
    throw badMember('id', id, `1 to 128 of letters, digits, ".", ":", "_" and "-", other than ${ADMINISTRATORS.id}`);
  }
  const may = wordList(given.may, 'may', ACTIONS);
  if (may === undefined) throw badMember('may', undefined, `a list of ${ACTIONS.join(', ')}`);
  const { delegable } = given;
  if (delegable !== undefined && typeof delegable !== 'boolean') {
    throw badMember('delegable', delegable, 'true or false');
  }
  if (delegable === true && may.includes('administer')) {
    throw badMember('delegable', true, 'false, because the policy allows "administer"');
  }
  const title = optionalText(given.title, 'title');
  const until = optionalText(given.until, 'until');
  if (until !== undefined && Number.isNaN(Date.parse(until))) throw badMember('until', until, 'a time in ISO 8601');
  const policy: Policy = {
    id,
    ...(title !== undefined && { title }),
    who: readWho(given.who),
    may,
    ...(given.delegable === true && { delegable: true as const }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    tenants: textList(given.tenants, 'tenants') ?? [''],
    ...readEntities(given, names),
  };
  const limiting = OF_ENTITIES.find((member) => policy[member] !== undefined);
  if (limiting !== undefined && may.includes('administer')) {
    throw badMember(limiting, given[limiting], 'absent, because "administer" applies to a whole tenant');
  }
  ruleOf(policy, undefined);
  return policy;
}

function readWho(value: unknown): Who {
  const given = checkMembers(value, 'who', WHO);
  const who: Record<string, unknown> = {};
  for (const name of WHO) {
    if (given[name] === undefined) continue;
    if (name !== 'anyone' && name !== 'signedIn') who[name] = textList(given[name], `who.${name}`);
    else if (given[name] === true) who[name] = true;
    else throw badMember(`who.${name}`, given[name], 'true');
  }
  if (Object.keys(who).length === 0) throw badMember('who', value, `at least one of ${WHO.join(', ')}`);
  return who;
}

function readEntities(given: JsonObject, names: NameExpander): Partial<Policy> {
  const types = textList(given.types, 'types')?.map((type) => {
    if (!isName(type)) throw badMember('types', type, 'the name of an entity type');
    return names.type(type);
  });
  const ids = textList(given.ids, 'ids');
  const idPattern = optionalText(given.idPattern, 'idPattern');
  if (ids !== undefined && idPattern !== undefined)
    throw badMember('idPattern', idPattern, 'either ids or a pattern of them');
  const scopeQ = optionalText(given.scopeQ, 'scopeQ');
  const attributes = attributeNames(given, 'attributes', names);
  const exceptAttributes = attributeNames(given, 'exceptAttributes', names);
  if (attributes && exceptAttributes)
    throw badMember('exceptAttributes', given.exceptAttributes, 'either attributes or exceptAttributes');
  const area = given.area === undefined ? undefined : readArea(given.area);
  return {
    ...(types && { types }),
    ...(ids && { ids }),
    ...(idPattern !== undefined && { idPattern }),
    ...(scopeQ !== undefined && { scopeQ }),
    ...(attributes && { attributes }),
    ...(exceptAttributes && { exceptAttributes }),
    ...(area && { area }),
  };
}

function attributeNames(given: JsonObject, member: string, names: NameExpander): readonly string[] | undefined {
  return textList(given[member], member)?.map((term) => expandAttributeName(term, member, names));
}

function readArea(value: unknown): Geometry {
  const { type, coordinates } = checkMembers(value, 'area', ['type', 'coordinates']);
  if (type !== 'Polygon' && type !== 'MultiPolygon') throw badMember('area.type', type, 'Polygon or MultiPolygon');
  checkCoordinates(type, coordinates, 'area.coordinates');
  return { type, coordinates } as Geometry; // validated above
}

/** Whether a policy applies to the principal now. */
export function isFor({ who, until }: Policy, principal: Principal): boolean {
  if (until !== undefined && Date.parse(until) <= Date.now()) return false;
  const { kind, id, issuer, client, roles, groups, organisation, owner } = principal;
  if (kind === 'anonymous') return who.anyone === true && Object.keys(who).length === 1;
  if (!isOfIssuer(who, principal)) return false;
  const has = (wanted: readonly string[] | undefined, own: readonly string[]) =>
    wanted === undefined || own.some((name) => wanted.includes(name));
  return (
    has(who.roles, roles) &&
    has(who.groups, groups) &&
    has(who.clients, client === undefined ? [] : [client]) &&
    has(who.organisations, organisation === undefined ? [] : [organisation]) &&
    has(who.subjects, owner === undefined ? [id] : [id, owner.subject]) &&
    has(who.issuers, issuer === undefined ? [] : [issuer])
  );
}

/** Whether the names in a policy refer to the principal's issuer. */
function isOfIssuer(who: Who, { trust }: Principal): boolean {
  if (trust === undefined || who.issuers !== undefined) return true;
  if (who.subjects !== undefined || who.clients !== undefined) return false;
  return trust === 'roles' || [who.roles, who.groups, who.organisations].every((names) => names === undefined);
}

/** The principal's organisation, if the policy trusts its issuer. */
export function organisationFor({ who }: Policy, { trust, organisation }: Principal): string | undefined {
  return trust === 'none' && who.issuers === undefined ? undefined : organisation;
}

export function isOfTenant({ tenants }: Policy, tenant: string): boolean {
  return tenants.includes(tenant) || tenants.includes('*');
}

/** What a policy allows of entities; undefined: nothing, because it needs an organisation and there is none. */
export function ruleOf(policy: Policy, organisation: string | undefined): VisibleRule | undefined {
  const { types, ids, idPattern, area, attributes, exceptAttributes } = policy;
  const scopeQ = policy.scopeQ === undefined ? undefined : scopeOf(policy.scopeQ, organisation);
  if (scopeQ === null) return undefined;
  const selector = {
    ...(types && { types: { kind: 'anyOf' as const, groups: types.map((type) => [type]) } }),
    ...(ids && { ids }),
    ...(idPattern !== undefined && { idPattern: parsePattern(idPattern, 'idPattern') }),
  };
  const geoQ: GeoQuery | undefined = area && {
    kind: 'topological',
    relation: 'intersects',
    reference: area,
    geoproperty: LOCATION,
  };
  return {
    entities: {
      ...(Object.keys(selector).length > 0 && { selectors: [selector] }),
      ...(scopeQ && { scopeQ: parseScopeQuery(scopeQ) }),
      ...(geoQ && { geoQ }),
    },
    ...(attributes && { attributes: new Set(attributes) }),
    ...(exceptAttributes && { except: new Set(exceptAttributes) }),
  };
}

const LEVEL = /^\p{L}[\p{L}\p{N}_]*$/u;

/** Null: there is no such scope. The organisation must be a valid scope level, or it could inject other scopes. */
function scopeOf(scopeQ: string, organisation: string | undefined): string | null {
  if (!scopeQ.includes(ORGANISATION)) return scopeQ;
  return organisation !== undefined && LEVEL.test(organisation) ? scopeQ.replaceAll(ORGANISATION, organisation) : null;
}
