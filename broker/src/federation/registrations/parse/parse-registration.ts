import { stampInstance } from '../../../model/fragment.ts';
import { checkGeometry } from '../../../model/geometry.ts';
import type { NameExpander } from '../../../model/names.ts';
import { expandAttributeName, parseNamedAttribute } from '../../../model/parse/parse-attribute.ts';
import { checkMembers, checkText, checkTexts } from '../../../model/parse/parse-member.ts';
import {
  badMember,
  checkDateTime,
  checkScopes,
  checkUri,
  isJsonObject,
  isUri,
  type JsonObject,
  NGSI_LD_NULL,
} from '../../../model/values.ts';
import { parseDuration } from '../../../query/temporal/temporal-duration.ts';
import { REGISTRATION_MODES } from '../registration.ts';
import type { ContextSourceProperty, RegistrationFragment } from '../registration-document.ts';
import { parseInformation } from './parse-information.ts';
import { parseContextSourceInfo, parseEndpoint, parseManagement } from './parse-source.ts';

type Reader = (value: unknown, member: string, names: NameExpander) => unknown;

const text: Reader = (value, member) => checkText(value, member);
const geometry: Reader = (value, member) => checkGeometry(value, member);

/** The readers of the members in 5.2.9. All other members are Context Source Properties. */
const READERS: { readonly [member: string]: Reader } = {
  endpoint: (value) => parseEndpoint(value),
  information: (value, _member, names) => parseInformation(value, names),
  registrationName: text,
  description: text,
  mode: (value, member) => {
    const mode = REGISTRATION_MODES.find((known) => known === value);
    if (mode === undefined) throw badMember(member, value, REGISTRATION_MODES.join(', '));
    return mode;
  },
  operations: (value, member) => checkTexts(value, member),
  tenant: text,
  contextSourceInfo: (value) => parseContextSourceInfo(value),
  contextSourceAlias: (value, member) => {
    if (typeof value !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)) {
      throw badMember(member, value, 'a token without blanks and commas (RFC 9110, 7.6.3)');
    }
    return value;
  },
  management: (value) => parseManagement(value),
  location: geometry,
  observationSpace: geometry,
  operationSpace: geometry,
  observationInterval: parseInterval,
  managementInterval: parseInterval,
  datasetId: (value, member) => {
    const ids = checkTexts(value, member);
    for (const id of ids) if (id !== '@none' && !isUri(id)) throw badMember(member, id, 'URIs or @none');
    return ids;
  },
  scope: (value) => {
    checkScopes(value);
    return value;
  },
  refreshRate: (value, member) => {
    if (typeof value !== 'string') throw badMember(member, value, 'an ISO 8601 duration');
    parseDuration(value, member);
    return value;
  },
  expiresAt: checkDateTime,
};

/** Members that only the broker writes. They are ignored in input (5.2.9). */
const OUTPUT_ONLY: ReadonlySet<string> = new Set([
  'status',
  'timesSent',
  'timesFailed',
  'lastSuccess',
  'lastFailure',
  'createdAt',
  'modifiedAt',
]);

const MANDATORY: ReadonlySet<string> = new Set(['id', 'type', 'endpoint', 'information']);

/**
 * Reads the given members of a registration. In an update, null and NGSI-LD Null remove a member (5.5.8).
 *
 * @param at ISO 8601 time of the request
 *
 * @throws NgsiLdError BadRequestData: names the member, what was received and what was expected
 */
export function parseRegistration(
  input: JsonObject,
  names: NameExpander,
  at: string,
  isUpdate: boolean,
): RegistrationFragment {
  const members: Record<string, unknown> = {};
  const properties: Record<string, ContextSourceProperty | null> = {};
  for (const [member, value] of Object.entries(input)) {
    if (OUTPUT_ONLY.has(member) || member === '@context') continue;
    if (isUpdate && isNull(value) && !MANDATORY.has(member)) {
      if (Object.hasOwn(READERS, member)) members[member] = null;
      else properties[expandAttributeName(member, member, names)] = null;
    } else if (member === 'type') {
      if (value !== 'ContextSourceRegistration') throw badMember('type', value, '"ContextSourceRegistration"');
    } else if (member === 'id') members.id = checkUri(value, 'id');
    else if (member === 'localOnly') {
      // Some clients write `localOnly` beside `management` instead of in it.
      members.management = { ...parseManagement({ localOnly: value }), ...(members.management as object) };
    } else if (member === 'management') {
      members.management = { ...(members.management as object), ...parseManagement(value) };
    } else if (Object.hasOwn(READERS, member)) {
      members[member] = (READERS[member] as Reader)(value, member, names);
    } else {
      const name = expandAttributeName(member, member, names);
      properties[name] = parseProperty(name, value, member, names, at);
    }
  }
  return { ...members, properties } as RegistrationFragment; // as returned by the readers
}

function isNull(value: unknown): boolean {
  return value === null || value === NGSI_LD_NULL;
}

function parseProperty(
  name: string,
  value: unknown,
  member: string,
  names: NameExpander,
  at: string,
): ContextSourceProperty {
  const fragments = parseNamedAttribute(name, value, member, names, 'complete');
  const [first] = Array.isArray(value) ? value : [value];
  return {
    plain: !isJsonObject(first) || (first.type ?? first['@type']) === undefined,
    instances: fragments.map((fragment) => stampInstance(fragment, at, undefined)),
  };
}

/** 5.2.11. */
function parseInterval(value: unknown, member: string): unknown {
  if (!isJsonObject(value)) throw badMember(member, value, 'an object with startAt');
  checkMembers(value, ['startAt', 'endAt'], member);
  const startAt = checkDateTime(value.startAt, `${member}.startAt`);
  if (value.endAt === undefined) return { startAt };
  const endAt = checkDateTime(value.endAt, `${member}.endAt`);
  if (Date.parse(endAt) < Date.parse(startAt)) throw badMember(`${member}.endAt`, endAt, `a time after ${startAt}`);
  return { startAt, endAt };
}
