import type { Entity, Geometry } from '@alzette/ngsi-ld-schemas';
import { SEVERITIES, type Severity } from '../ports.ts';
import { type Attribute, type Attributes, type Kind, present, property, relationship } from '../records/kind.ts';
import { type Alarm, statusOf } from './alarm.ts';

/** Path of the @context of alarms, on any of our hosts. */
const ALERT_CONTEXT_PATH = '/contexts/Alert/v2.jsonld';

const OPTIONAL: { readonly [term: string]: Attribute['type'] } = {
  subCategory: 'Property',
  location: 'GeoProperty',
  about: 'Relationship',
  members: 'Property',
  clearedAt: 'Property',
  withdrawn: 'Property',
  suppression: 'Property',
  suppressedBy: 'Relationship',
  acknowledgedAt: 'Property',
  acknowledgedBy: 'Property',
  startedAt: 'Property',
  shelvedUntil: 'Property',
  closedAt: 'Property',
  assignee: 'Property',
  acknowledgeBy: 'Property',
  resolveBy: 'Property',
  attachment: 'Property',
  refServiceRequest: 'Relationship',
  refWorkOrder: 'Relationship',
};

/** Alarms as entities of the type Alert (Smart Data Models), with the lifecycle attributes of our own vocabulary. */
export function alarmKind(publicUrl: string): Kind<Alarm> {
  return {
    name: 'alarm',
    type: 'Alert',
    title: 'alarm',
    context: publicUrl + ALERT_CONTEXT_PATH,
    optional: OPTIONAL,
    attributesOf,
    stateOf,
  };
}

function attributesOf(alarm: Alarm): Attributes {
  const { rule, cause, evidence, text, suppression } = alarm;
  return present({
    description: property(text.fr),
    dateIssued: property(alarm.dateIssued),
    severity: property(alarm.severity),
    category: property(alarm.category),
    subCategory: property(alarm.subCategory),
    alertSource: relationship(alarm.source),
    about: relationship(alarm.about),
    location: alarm.location && { type: 'GeoProperty', value: alarm.location },
    data: property({ text, ...(rule && { rule }), ...(cause && { cause }), ...(evidence && { evidence }) }),
    members: property(alarm.members),
    status: property(statusOf(alarm)),
    condition: property(alarm.condition),
    occurrences: property(alarm.occurrences),
    lastOccurrence: property(alarm.lastOccurrence),
    clearedAt: property(alarm.clearedAt),
    withdrawn: property(alarm.withdrawn === true ? 'lateData' : undefined),
    suppression: property(suppression?.reason),
    suppressedBy: relationship(suppression?.by),
    acknowledgedAt: property(alarm.acknowledgedAt),
    acknowledgedBy: property(alarm.acknowledgedBy),
    startedAt: property(alarm.startedAt),
    shelvedUntil: property(alarm.shelvedUntil),
    closedAt: property(alarm.closedAt),
    assignee: property(alarm.assignee),
    acknowledgeBy: property(alarm.acknowledgeBy),
    resolveBy: property(alarm.resolveBy),
    comments: property(alarm.comments),
    attachment: property(alarm.attachments),
    refServiceRequest: relationship(alarm.serviceRequests),
    refWorkOrder: relationship(alarm.workOrders),
  });
}

/** Reads an Alert that another program created (simplified form) as an alarm, active since it was issued. */
function stateOf(entity: Entity): Alarm {
  const text = (term: string): string | undefined => {
    const value = entity[term];
    return typeof value === 'string' ? value : undefined;
  };
  const severity = SEVERITIES.find((known) => known === entity.severity) ?? ('medium' satisfies Severity);
  const description = text('description') ?? text('name') ?? entity.id;
  const dateIssued = text('dateIssued') ?? new Date().toISOString();
  const subCategory = text('subCategory');
  return {
    id: entity.id,
    ...(entity.scope !== undefined && { scope: [entity.scope].flat() }),
    dateIssued,
    severity,
    category: text('category') ?? 'other',
    ...(subCategory !== undefined && { subCategory }),
    text: { fr: description, en: description },
    source: text('alertSource') ?? entity.id,
    about: [entity.about ?? []].flat().map(String),
    ...(entity.location !== undefined && { location: entity.location as Geometry }), // the broker has validated it
    actions: [],
    condition: entity.condition === 'cleared' ? 'cleared' : 'active',
    occurrences: 1,
    lastOccurrence: dateIssued,
    episode: 1,
    comments: 0,
    attachments: [],
    serviceRequests: [],
    workOrders: [],
  };
}
