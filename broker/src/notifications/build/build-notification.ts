import type { Context } from '../../context/contexts.ts';
import type { AttributeInstance } from '../../model/entity.ts';
import { withoutExpired } from '../../model/expiry.ts';
import { HOPS_HEADER } from '../../model/hops.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { PendingNotification, PendingSourceNotification } from '../../model/pending-notification.ts';
import { LOCATION } from '../../model/represent/geojson.ts';
import { type Representation, representEntity } from '../../model/represent/represent.ts';
import { snapshotOfSpace, tenantOfSpace } from '../../model/snapshot-space.ts';
import type { JsonObject } from '../../model/values.ts';
import { type LinkedEntity, membersOf, type ShownEntity, shownEntities } from '../../query/projection/linked-entity.ts';
import type { Projection } from '../../query/projection/projection.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import { ngsiV2Entity } from './ngsi-v2-payload.ts';
import { representPending } from './represent-pending.ts';

/** The form of one subscription's notifications, computed once. */
interface Form {
  readonly how: Representation;
  readonly projection: Projection | undefined;
  readonly headers: { readonly [name: string]: string };
  /** False for geo+json with `Prefer: body=json` and for json: the @context goes into a Link header. */
  readonly contextInBody: boolean;
  /** Subscriptions with the same key are sent the same `data` for a change. */
  readonly key: string;
}

export interface NotificationMessage {
  /** URI. */
  readonly id: string;
  /** The same object for many notifications. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What a message is recognised by when it comes again. */
export interface MessageIds {
  /** UUID. */
  readonly id: string;
  /** The id of the change of each entity. Undefined: the message has one change, whose id is its own. */
  readonly ofChanges: ReadonlyMap<string, string> | undefined;
}

const forms = new WeakMap<Subscription, Form>();
/** Cached by outbox payload, which is the same object for all subscriptions that a change notifies. */
const dataTexts = new WeakMap<PendingNotification, Map<string, string | undefined>>();

/** Names as they are. */
const IRIS: NameCompactor = { compact: (iri) => iri };

/**
 * A Notification (5.3.1) with its headers (6.3.8). Undefined if the projection leaves nothing to send.
 *
 * @param notified at least one; each concerns one entity, and all belong to one request
 *
 * @param context of the subscription's `jsonldContext`
 *
 * @param linked the linked entities, if the subscription has a `join`
 */
export function buildNotification(
  { id, ofChanges }: MessageIds,
  notified: readonly PendingNotification[],
  subscription: Subscription,
  context: Context,
  linked: readonly LinkedEntity[] = [],
): NotificationMessage | undefined {
  const form = formOf(subscription);
  const data = dataText(notified, subscription, form, context, linked);
  const last = notified.at(-1);
  if (data === undefined || last === undefined) return undefined;
  const uri = uriOf(id);
  const changeIds = ofChanges === undefined ? '' : `,"changeIds":${changeIdsText(notified, ofChanges)}`;
  const body = `{"id":"${uri}","type":"Notification","subscriptionId":${JSON.stringify(
    subscription.id,
  )},"notifiedAt":"${last.at}"${changeIds},"data":${data}}`;
  const { hops } = last;
  const headers = hops === undefined ? form.headers : { ...form.headers, [HOPS_HEADER]: String(hops + 1) };
  if (subscription.notification.ngsiV2 !== undefined) {
    return { id: uri, headers, body: `{"subscriptionId":${JSON.stringify(subscription.id)},"data":${data}}` };
  }
  return { id: uri, headers, body };
}

function uriOf(id: string): string {
  return `urn:ngsi-ld:Notification:${id}`;
}

/** By entity, the id that the notification of its change has when it is sent alone. */
function changeIdsText(notified: readonly PendingNotification[], ofChanges: ReadonlyMap<string, string>): string {
  const ids = notified.flatMap(({ entity }) => {
    const id = ofChanges.get(entity.id);
    return id === undefined ? [] : [`${JSON.stringify(entity.id)}:"${uriOf(id)}"`];
  });
  return `{${ids.join(',')}}`;
}

/**
 * A ContextSourceNotification (5.3.2) with its headers (6.3.9).
 *
 * @param represent represents a registration in the terms of the subscription's @context
 */
export function buildSourceNotification(
  id: string,
  { at, triggerReason, sources }: PendingSourceNotification,
  subscription: Subscription,
  context: Context,
  represent: (source: JsonObject, names: NameCompactor) => Record<string, unknown>,
): NotificationMessage {
  const { headers, contextInBody } = formOf(subscription);
  const body = JSON.stringify({
    id: uriOf(id),
    type: 'ContextSourceNotification',
    subscriptionId: subscription.id,
    notifiedAt: at,
    triggerReason,
    data: sources.map((source) => represent(source, context)),
    ...(contextInBody && { '@context': context.value }),
  });
  return { id: uriOf(id), headers, body };
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
  const projection = projectionOf(subscription);
  const how = { ...representationOf(subscription), ...membersOf(projection) };
  const { format, ngsiV2, showChanges, join, joinLevel } = subscription.notification;
  const { jsonldContext, datasetId, lang } = subscription;
  return {
    how,
    projection,
    headers: headersOf(subscription, contextInBody),
    contextInBody,
    key: JSON.stringify([
      [accept, contextInBody, format, ngsiV2, how.sysAttrs, showChanges, jsonldContext],
      [projectionKey(projection), datasetId, lang, join, joinLevel],
    ]),
  };
}

/** 4.21: which members are shown; with braces, also which members of linked entities. */
export function projectionOf({ notification }: Subscription): Projection | undefined {
  const { attributes, pick, omit } = notification;
  if (attributes !== undefined) return { attrs: attributes };
  if (pick === undefined && omit === undefined) return undefined;
  return { ...(pick && { pick }), ...(omit && { omit }) };
}

function projectionKey(projection: Projection | undefined): string {
  return JSON.stringify(projection ?? null, (_member, value) => (value instanceof Map ? [...value] : value));
}

function representationOf({ notification, datasetId, lang }: Subscription): Representation {
  const { format, sysAttrs } = notification;
  const how: { -readonly [Member in keyof Representation]: Representation[Member] } = { format, sysAttrs };
  if (datasetId !== undefined) how.datasetIds = new Set(datasetId.map((id) => (id === '@none' ? undefined : id)));
  if (lang !== undefined) how.lang = lang;
  return how;
}

/** The broker's own headers come last, so that receiver headers can't change what the message is. */
function headersOf({ tenant, jsonldContext, notification }: Subscription, contextInBody: boolean): Form['headers'] {
  const own: Record<string, string> = { 'Content-Type': notification.endpoint.accept, [HOPS_HEADER]: '1' };
  if (!contextInBody) {
    const url = encodeURI(decodeSafely(jsonldContext));
    own.Link = `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  }
  const owner = tenantOfSpace(tenant);
  if (owner !== '') own['NGSILD-Tenant'] = owner;
  if (notification.ngsiV2 !== undefined) {
    own['Ngsiv2-AttrsFormat'] = notification.format === 'simplified' ? 'keyValues' : 'normalized';
    if (owner !== '') own['Fiware-Service'] = owner;
  }
  const snapshot = snapshotOfSpace(tenant);
  if (snapshot !== undefined) own['NGSILD-Snapshot'] = snapshot;
  const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const given: Record<string, string> = {};
  for (const { key, value } of notification.endpoint.receiverInfo) {
    if (!taken.has(key.toLowerCase())) given[key] = value;
  }
  return { ...given, ...own };
}

/** Decodes an IRI to a URI. Invalid escapes stay as they are. */
function decodeSafely(iri: string): string {
  try {
    return decodeURI(iri);
  } catch {
    return iri;
  }
}

function dataText(
  all: readonly PendingNotification[],
  subscription: Subscription,
  form: Form,
  context: Context,
  linked: readonly LinkedEntity[],
): string | undefined {
  const [pending] = all;
  if (pending === undefined) return undefined;
  const { join, endpoint } = subscription.notification;
  if (all.length > 1) {
    const isList = join === undefined && endpoint.accept !== 'application/geo+json';
    if (!isList) return newDataText(all, subscription, form, context, linked);
    // The text may already be cached, from another subscription.
    const lists = all.flatMap((each) => dataText([each], subscription, form, context, linked) ?? []);
    return lists.length === 0 ? undefined : `[${lists.map((list) => list.slice(1, -1)).join(',')}]`;
  }
  let texts = dataTexts.get(pending);
  if (texts === undefined) {
    texts = new Map();
    dataTexts.set(pending, texts);
  }
  if (!texts.has(form.key)) texts.set(form.key, newDataText(all, subscription, form, context, linked));
  return texts.get(form.key);
}

function newDataText(
  all: readonly PendingNotification[],
  { notification }: Subscription,
  { how, projection, contextInBody }: Form,
  context: Context,
  linked: readonly LinkedEntity[],
): string | undefined {
  const { join, joinLevel, endpoint, format, ngsiV2 } = notification;
  const names = ngsiV2 === 'expanded' ? IRIS : context;
  const query = { joinLevel, ...(join && { join }), ...(projection && { projection }) };
  const notified: NotifiedEntity[] = [];
  const byEntity = new Map(all.map((pending) => [pending.entity, pending]));
  const at = all[0]?.at ?? ''; // there is one
  const roots = all.flatMap(({ entity, more = [] }) => [entity, ...more]);
  for (const one of shownEntities(roots, linked, how, query)) {
    const pending = byEntity.get(one.entity);
    const output =
      pending === undefined
        ? representEntity(withoutExpired(one.entity, at), names, one.how)
        : representPending(pending, names, one.how);
    if (output !== undefined) notified.push({ shown: one, output });
  }
  if (notified.length === 0) return undefined;
  if (endpoint.accept === 'application/geo+json') {
    return JSON.stringify(collectionOf(notified, contextInBody ? context.value : undefined));
  }
  if (ngsiV2 !== undefined && format === 'normalized') {
    return JSON.stringify(notified.map(({ output }) => ngsiV2Entity(output)));
  }
  if (contextInBody) for (const { output } of notified) output['@context'] = context.value;
  return JSON.stringify(notified.map(({ output }) => output));
}

interface NotifiedEntity {
  readonly shown: ShownEntity;
  readonly output: Record<string, unknown>;
}

/** 4.5.17: a Feature for each entity, with the entity's location as geometry. */
function collectionOf(notified: readonly NotifiedEntity[], context: unknown): object {
  const features = notified.map(({ shown: { entity }, output: { id: _id, ...properties } }) => ({
    id: entity.id,
    type: 'Feature',
    geometry: geometryOf(entity.attributes[LOCATION]),
    properties,
  }));
  return { type: 'FeatureCollection', features, ...(context !== undefined && { '@context': context }) };
}

function geometryOf(instances: readonly AttributeInstance[] | undefined): unknown {
  const chosen = instances?.find(({ datasetId }) => datasetId === undefined) ?? instances?.[0];
  return chosen?.type === 'GeoProperty' ? chosen.value : null;
}
