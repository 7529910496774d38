import type { NameExpander } from '../../model/names.ts';
import { checkBoolean, checkMembers, checkTexts } from '../../model/parse/parse-member.ts';
import { badMember, checkName, isJsonObject, type JsonObject } from '../../model/values.ts';
import { linkDepthOfProjection, type ProjectionTree, parseTree } from '../../query/projection/projection.ts';
import { entityMember } from '../../query/q/target-path.ts';
import type { NotificationFormat, NotificationParams } from '../subscription.ts';
import { parseEndpoint } from './parse-endpoint.ts';

const MEMBERS = [
  'endpoint',
  'attributes',
  'pick',
  'omit',
  'format',
  'showChanges',
  'sysAttrs',
  'join',
  'joinLevel',
] as const;

const FORMATS: { readonly [name: string]: NotificationFormat } = {
  normalized: 'normalized',
  concise: 'concise',
  simplified: 'simplified',
  keyValues: 'simplified',
};

/** Orion-LD's formats for receivers of NGSIv2; requests of tenants that are not lenient are refused before. */
const NGSI_V2_FORMATS: { readonly [name: string]: Pick<NotificationParams, 'format' | 'ngsiV2'> } = {
  'x-ngsiv2-normalized': { format: 'normalized', ngsiV2: 'expanded' },
  'x-ngsiv2-normalized-compacted': { format: 'normalized', ngsiV2: 'compacted' },
  'x-ngsiv2-keyValues': { format: 'simplified', ngsiV2: 'expanded' },
  'x-ngsiv2-keyValues-compacted': { format: 'simplified', ngsiV2: 'compacted' },
};

export function isNgsiV2Format(format: unknown): boolean {
  return typeof format === 'string' && Object.hasOwn(NGSI_V2_FORMATS, format);
}

/**
 * Reads `notification` (5.2.14).
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseNotification(value: unknown, names: NameExpander): NotificationParams {
  if (!isJsonObject(value)) throw badMember('notification', value, 'an object with an endpoint');
  checkMembers(value, MEMBERS, 'notification');
  const { format, ngsiV2 } = parseFormat(value.format);
  const showChanges = checkBoolean(value.showChanges, 'notification.showChanges') ?? false;
  if (showChanges && (format === 'simplified' || ngsiV2 !== undefined)) {
    throw badMember('notification.showChanges', true, `no showChanges with format ${String(value.format)}`);
  }
  const endpoint = parseEndpoint(value.endpoint);
  if (ngsiV2 !== undefined && endpoint.accept !== 'application/json') {
    throw badMember('notification.endpoint.accept', endpoint.accept, `application/json with format ${value.format}`);
  }
  return {
    endpoint,
    format,
    ...(ngsiV2 && { ngsiV2 }),
    showChanges,
    sysAttrs: checkBoolean(value.sysAttrs, 'notification.sysAttrs') ?? false,
    ...parseJoin(value),
    ...parseProjection(value, names),
  };
}

function parseFormat(value: unknown): Pick<NotificationParams, 'format' | 'ngsiV2'> {
  if (value === undefined) return { format: 'normalized' };
  const ngsiV2 = isNgsiV2Format(value) ? NGSI_V2_FORMATS[String(value)] : undefined;
  if (ngsiV2 !== undefined) return ngsiV2;
  const format = typeof value === 'string' && Object.hasOwn(FORMATS, value) ? FORMATS[value] : undefined;
  if (format === undefined) throw badMember('notification.format', value, Object.keys(FORMATS).join(', '));
  return { format };
}

/** Longer chains of links are refused. */
const MAX_JOIN_LEVEL = 10;

function parseJoin({ join, joinLevel = 1 }: JsonObject): Pick<NotificationParams, 'join' | 'joinLevel'> {
  if (join !== undefined && join !== 'inline' && join !== 'flat' && join !== '@none') {
    throw badMember('notification.join', join, 'inline, flat or @none');
  }
  if (typeof joinLevel !== 'number' || !Number.isInteger(joinLevel) || joinLevel < 1 || joinLevel > MAX_JOIN_LEVEL) {
    throw badMember('notification.joinLevel', joinLevel, `a positive integer, at most ${MAX_JOIN_LEVEL}`);
  }
  return { joinLevel, ...((join === 'inline' || join === 'flat') && { join }) };
}

type Projection = Pick<NotificationParams, 'attributes' | 'pick' | 'omit'>;

/** 4.21, 5.2.14: `attributes` excludes `pick` and `omit`, and a member may not be both picked and omitted. */
function parseProjection(value: JsonObject, names: NameExpander): Projection {
  if (value.attributes !== undefined) {
    for (const other of ['pick', 'omit'] as const) {
      if (value[other] !== undefined)
        throw badMember(`notification.${other}`, value[other], 'no attributes together with it');
    }
    const attributes = checkTexts(value.attributes, 'notification.attributes').map((name) => {
      checkName(name, 'notification.attributes');
      if (entityMember(name, names)) throw badMember('notification.attributes', name, 'attribute names only');
      return names.attribute(name);
    });
    return { attributes };
  }
  const pick = members(value, 'pick', names);
  const omit = members(value, 'omit', names);
  for (const [name, omitted] of omit ?? []) {
    if (omitted === null && pick?.has(name))
      throw badMember('notification.omit', name, 'no member that pick has as well');
  }
  return { ...(pick && { pick }), ...(omit && { omit }) };
}

function members(value: JsonObject, member: 'pick' | 'omit', names: NameExpander): ProjectionTree | undefined {
  const path = `notification.${member}`;
  const texts = value[member];
  if (texts === undefined) return undefined;
  const tree = parseTree(checkTexts(texts, path).join(','), path, names);
  if (linkDepthOfProjection(tree) > 0 && (value.join === undefined || value.join === '@none')) {
    throw badMember(path, texts, 'no braces without join');
  }
  return tree;
}
