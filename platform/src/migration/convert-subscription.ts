import { ldId, ldName, type Report } from './convert-entity.ts';

/** A subscription of NGSIv2. */
export interface V2Subscription {
  readonly id: string;
  readonly description?: string;
  readonly status?: string;
  readonly expires?: string;
  readonly throttling?: number;
  readonly subject?: {
    readonly entities?: readonly { readonly [member: string]: string }[];
    readonly condition?: {
      readonly attrs?: readonly string[];
      readonly expression?: { readonly [member: string]: string };
    };
  };
  readonly notification?: {
    readonly http?: { readonly url: string };
    readonly httpCustom?: { readonly url: string; readonly headers?: { readonly [name: string]: string } };
    readonly attrs?: readonly string[];
    readonly attrsFormat?: string;
  };
}

/**
 * Converts an NGSIv2 subscription to NGSI-LD.
 *
 * @returns undefined, after reporting the reason, if there is no equivalent
 */
export function subscriptionOfV2(source: V2Subscription, report: Report): Record<string, unknown> | undefined {
  const { subject = {}, notification = {} } = source;
  const { http, httpCustom, attrs = [], attrsFormat } = notification;
  const url = http?.url ?? httpCustom?.url;
  const selectors = subject.entities ?? [];
  if (url === undefined) return refused(report, 'it has no HTTP endpoint');
  if (url.includes('${')) return refused(report, 'its URL is a template');
  if (selectors.some(({ typePattern }) => typePattern !== undefined)) return refused(report, 'it has a typePattern');
  const { attrs: watched = [], expression = {} } = subject.condition ?? {};
  const { q, mq, georel, geometry, coords } = expression;
  if (mq !== undefined) return refused(report, 'it filters by metadata (mq)');
  if (georel !== undefined || geometry !== undefined || coords !== undefined) {
    return refused(report, 'it filters by place, with swapped coordinates');
  }
  if (selectors.length === 0 || selectors.some(({ type }) => type === undefined)) {
    return refused(report, 'it has no entity type');
  }
  if (httpCustom !== undefined) report('subscriptions: templates of payloads are not taken over');
  const headers = Object.entries(httpCustom?.headers ?? {}).map(([key, value]) => ({ key, value }));
  return {
    id: `urn:ngsi-ld:Subscription:${source.id}`,
    type: 'Subscription',
    ...(source.description && { description: source.description }),
    entities: selectors.map((selector) => entitySelector(selector, report)),
    ...(watched.length > 0 && { watchedAttributes: watched.map((name) => ldName(name, report)) }),
    ...(q !== undefined && { q: quoted(q) }),
    ...(source.throttling && { throttling: source.throttling }),
    ...(source.expires !== undefined && { expiresAt: new Date(source.expires).toISOString() }),
    ...(source.status === 'inactive' && { isActive: false }),
    notification: {
      ...(attrs.length > 0 && { attributes: attrs.map((name) => ldName(name, report)) }),
      format: attrsFormat === 'keyValues' ? 'simplified' : 'normalized',
      endpoint: { uri: url, accept: 'application/json', ...(headers.length > 0 && { receiverInfo: headers }) },
    },
  };
}

function entitySelector(
  { id, idPattern, type = '' }: { readonly [member: string]: string },
  report: Report,
): Record<string, string> {
  const selector = { type: ldName(type, report) };
  if (id !== undefined) return { ...selector, id: ldId(id, type) };
  return idPattern === undefined || idPattern === '.*' ? selector : { ...selector, idPattern };
}

/** Texts in a `q` need quotes in NGSI-LD. */
function quoted(q: string): string {
  return q
    .split(';')
    .map((term) => {
      const [, path = '', operator = '', value = ''] = /^([^=!<>~]+)(==|!=|>=|<=|~=|>|<|:)(.*)$/.exec(term) ?? [];
      if (operator === '' || operator === '~=') return term;
      return `${path}${operator === ':' ? '==' : operator}${value.split(',').map(quotedValue).join(',')}`;
    })
    .join(';');
}

function quotedValue(value: string): string {
  const bare = value.replace(/^'(.*)'$/s, '$1');
  const isPlain =
    bare === value && (/^-?\d+(?:\.\d+)?(?:\.\.-?\d+(?:\.\d+)?)?$/.test(value) || /^(?:true|false)$/.test(value));
  return isPlain || value.startsWith('"') ? value : JSON.stringify(bare);
}

function refused(report: Report, why: string): undefined {
  report(`subscriptions: one is left out, as ${why}`);
  return undefined;
}
