import type { Context } from '../context/contexts.ts';
import type { AttributeInstance } from '../model/entity.ts';
import { LOCATION } from '../model/geojson.ts';
import type { OwedNotification } from '../model/owed-notification.ts';
import type { Representation } from '../model/represent.ts';
import type { Subscription } from '../model/subscription.ts';
import { representOwed } from './represent-owed.ts';

/** How the notifications of one subscription look; found out once. */
interface Form {
  readonly how: Representation;
  readonly headers: { readonly [name: string]: string };
  /** geo+json with `Prefer: body=json`, and json: the @context goes in a Link header. */
  readonly contextInBody: boolean;
  /** Subscriptions of the same key are sent the same `data` for a change. */
  readonly key: string;
}

export interface NotificationMessage {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

const forms = new WeakMap<Subscription, Form>();
/** By what the outbox keeps: the same object when it is owed to several subscriptions. */
const dataTexts = new WeakMap<OwedNotification, Map<string, string | undefined>>();

/**
 * A Notification (5.3.1) and its headers (6.3.8); undefined when the selection leaves nothing to tell.
 *
 * @param id the outbox entry's: the same however often it is sent
 * @param context that of the subscription's `jsonldContext`
 */
export function buildNotification(
  id: string,
  owed: OwedNotification,
  subscription: Subscription,
  context: Context,
): NotificationMessage | undefined {
  const form = formOf(subscription);
  const data = dataText(owed, subscription, form, context);
  if (data === undefined) return undefined;
  const body = `{"id":"urn:ngsi-ld:Notification:${id}","type":"Notification","subscriptionId":${JSON.stringify(
    subscription.id,
  )},"notifiedAt":"${owed.at}","data":${data}}`;
  return { headers: form.headers, body };
}

function formOf(subscription: Subscription): Form {
  let form = forms.get(subscription);
  if (form === undefined) {
    form = newForm(subscription);
    forms.set(subscription, form);
  }
  return form;
}

function newForm(subscription: Subscription): Form {
  const { accept, receiverInfo } = subscription.notification.endpoint;
  const asksForJsonBody = receiverInfo.some(
    ({ key, value }) => key.toLowerCase() === 'prefer' && /\bbody=json\b/.test(value),
  );
  const contextInBody = accept === 'application/ld+json' || (accept === 'application/geo+json' && !asksForJsonBody);
  const how = representationOf(subscription);
  const { format, showChanges, attributes, pick, omit } = subscription.notification;
  const { jsonldContext, datasetId, lang } = subscription;
  return {
    how,
    headers: headersOf(subscription, contextInBody),
    contextInBody,
    key: JSON.stringify([
      [accept, contextInBody, format, how.sysAttrs, showChanges, jsonldContext],
      [attributes, pick, omit, datasetId, lang],
    ]),
  };
}

/** 4.21: with `attributes`, id, type and scope stay beside them. */
function representationOf({ notification, datasetId, lang }: Subscription): Representation {
  const { format, sysAttrs, attributes, pick, omit } = notification;
  const how: { -readonly [Member in keyof Representation]: Representation[Member] } = { format, sysAttrs };
  if (attributes !== undefined) {
    how.pick = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt', ...attributes]);
  }
  if (pick !== undefined) how.pick = new Set(pick);
  if (omit !== undefined) how.omit = new Set(omit);
  if (datasetId !== undefined) how.datasetIds = new Set(datasetId.map((id) => (id === '@none' ? undefined : id)));
  if (lang !== undefined) how.lang = lang;
  return how;
}

/** Ours come last: what the message is, its receiver's own headers can't change. */
function headersOf({ tenant, jsonldContext, notification }: Subscription, contextInBody: boolean): Form['headers'] {
  const headers: Record<string, string> = {};
  for (const { key, value } of notification.endpoint.receiverInfo) headers[key.toLowerCase()] = value;
  headers['content-type'] = notification.endpoint.accept;
  if (!contextInBody) {
    const url = encodeURI(decodeSafely(jsonldContext));
    headers.link = `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  }
  if (tenant !== '') headers['ngsild-tenant'] = tenant;
  return headers;
}

/** An IRI becomes a URI; what is escaped already stays as it is. */
function decodeSafely(iri: string): string {
  try {
    return decodeURI(iri);
  } catch {
    return iri;
  }
}

function dataText(
  owed: OwedNotification,
  subscription: Subscription,
  form: Form,
  context: Context,
): string | undefined {
  let texts = dataTexts.get(owed);
  if (texts === undefined) {
    texts = new Map();
    dataTexts.set(owed, texts);
  }
  if (!texts.has(form.key)) texts.set(form.key, newDataText(owed, subscription, form, context));
  return texts.get(form.key);
}

function newDataText(
  owed: OwedNotification,
  { notification }: Subscription,
  { how, contextInBody }: Form,
  context: Context,
): string | undefined {
  const entity = representOwed(owed, context, how);
  if (entity === undefined) return undefined;
  if (notification.endpoint.accept === 'application/geo+json') {
    return JSON.stringify(collectionOf(owed, entity, contextInBody ? context.value : undefined));
  }
  if (contextInBody) entity['@context'] = context.value;
  return `[${JSON.stringify(entity)}]`;
}

/** 4.5.17: one Feature, its geometry the entity's location. */
function collectionOf({ entity }: OwedNotification, properties: Record<string, unknown>, context: unknown): object {
  delete properties.id;
  const feature = { id: entity.id, type: 'Feature', geometry: geometryOf(entity.attributes[LOCATION]), properties };
  return { type: 'FeatureCollection', features: [feature], ...(context !== undefined && { '@context': context }) };
}

function geometryOf(instances: readonly AttributeInstance[] | undefined): unknown {
  const chosen = instances?.find(({ datasetId }) => datasetId === undefined) ?? instances?.[0];
  return chosen?.type === 'GeoProperty' ? chosen.value : null;
}
