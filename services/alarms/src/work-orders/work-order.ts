import type { Entity, Geometry } from '@alzette/ngsi-ld-schemas';
import {
  type Location,
  PRIORITIES,
  type Priority,
  WORK_ORDER_STATUSES,
  type WorkOrderStatus,
} from '../contract/contract.ts';
import {
  type Attribute,
  type Attributes,
  type Kind,
  present,
  property,
  type RecordState,
  relationship,
} from '../records/kind.ts';

export interface ChecklistItem {
  readonly id: string;
  readonly label: string;
  readonly done: boolean;
}

interface TimeEntry {
  readonly minutes: number;
  readonly date: string;
  /** Name in the audit of the person who spent it. */
  readonly by: string;
}

/** The person who confirms that the work is done. Only in the record, because it names a person. */
export interface Signature {
  readonly name: string;
  readonly at: string;
  /** URL of the drawn signature. */
  readonly image?: string;
}

/** The stored state of a work order. Times are ISO 8601 UTC. */
export interface WorkOrder extends RecordState {
  /** Scopes of the place. The entity has these and the scope of the organisation. */
  readonly place: readonly string[];
  readonly name: string;
  readonly description?: string;
  readonly status: WorkOrderStatus;
  readonly priority: Priority;
  readonly about: readonly string[];
  readonly location?: Location;
  readonly dateIssued: string;
  readonly dueDate?: string;
  readonly organisation?: string;
  readonly assignee?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly checklist: readonly ChecklistItem[];
  readonly photos: readonly string[];
  readonly times: readonly TimeEntry[];
  readonly needsSignature: boolean;
  readonly signature?: Signature;
  readonly outcome?: string;
  readonly comments: number;
  readonly alarms: readonly string[];
  readonly serviceRequests: readonly string[];
}

/** Path of the @context of work orders, on any of our hosts. */
const WORK_ORDER_CONTEXT_PATH = '/contexts/WorkOrder/v1.jsonld';

const OPTIONAL: { readonly [term: string]: Attribute['type'] } = {
  description: 'Property',
  location: 'GeoProperty',
  about: 'Relationship',
  dueDate: 'Property',
  organisation: 'Property',
  assignee: 'Property',
  startTime: 'Property',
  endTime: 'Property',
  checklist: 'Property',
  photo: 'Property',
  outcome: 'Property',
  refAlert: 'Relationship',
  refServiceRequest: 'Relationship',
};

export function workOrderKind(publicUrl: string): Kind<WorkOrder> {
  return {
    name: 'workOrder',
    type: 'WorkOrder',
    title: 'work order',
    context: publicUrl + WORK_ORDER_CONTEXT_PATH,
    optional: OPTIONAL,
    attributesOf,
    stateOf,
  };
}

/** The scopes of an order: its place, and the organisation that does it, which sees only its own orders. */
export function scopeOf(place: readonly string[], organisation: string | undefined): string[] {
  return organisation === undefined ? [...place] : [...place, `/${organisation}`];
}

function attributesOf(order: WorkOrder): Attributes {
  return present({
    name: property(order.name),
    description: property(order.description),
    status: property(order.status),
    priority: property(order.priority),
    about: relationship(order.about),
    location: order.location && { type: 'GeoProperty', value: order.location },
    dateIssued: property(order.dateIssued),
    dueDate: property(order.dueDate),
    organisation: property(order.organisation),
    assignee: property(order.assignee),
    startTime: property(order.startTime),
    endTime: property(order.endTime),
    checklist: property(order.checklist),
    photo: property(order.photos),
    minutesSpent: { type: 'Property', value: minutesSpent(order), unitCode: 'MIN' },
    signed: property(order.signature !== undefined),
    outcome: property(order.outcome),
    comments: property(order.comments),
    refAlert: relationship(order.alarms),
    refServiceRequest: relationship(order.serviceRequests),
  });
}

export function minutesSpent({ times }: WorkOrder): number {
  return times.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** The state of a WorkOrder that another program created; in simplified form. */
function stateOf(entity: Entity): WorkOrder {
  const text = (term: string): string | undefined => {
    const value = entity[term];
    return typeof value === 'string' ? value : undefined;
  };
  const optional = Object.fromEntries(
    ['description', 'dueDate', 'organisation', 'assignee'].flatMap((term) => (text(term) ? [[term, text(term)]] : [])),
  );
  const scope = [entity.scope ?? []].flat();
  const organisation = text('organisation');
  return {
    id: entity.id,
    scope,
    place: scope.filter((each) => each !== `/${organisation}`),
    name: text('name') ?? entity.id,
    ...optional,
    status: WORK_ORDER_STATUSES.find((known) => known === entity.status) ?? 'open',
    priority: PRIORITIES.find((known) => known === entity.priority) ?? 'normal',
    about: [entity.about ?? []].flat().map(String),
    ...(entity.location !== undefined && { location: entity.location as Geometry }), // the broker has validated it
    dateIssued: text('dateIssued') ?? new Date().toISOString(),
    checklist: [],
    photos: [],
    times: [],
    needsSignature: false,
    comments: 0,
    alarms: [],
    serviceRequests: [],
  };
}
