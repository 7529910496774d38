import {
  as,
  choice,
  dateTime,
  duration,
  flag,
  geo,
  integer,
  type KeyValues,
  link,
  links,
  list,
  model,
  required,
  structure,
  text,
  uri,
} from '../define.ts';
import { address, identity } from '../shared-attributes.ts';

const schemaOrg = (name: string) => `https://schema.org/${name}`;

/** Work on assets by an organisation. schema.org has the terms of an Action, but no type for it. */
export const workOrder = model('WorkOrder', 'WorkOrder', '1.0.0', {
  ...identity,
  name: required(text()),
  location: geo(),
  address,
  status: required(choice('open', 'assigned', 'inProgress', 'onHold', 'completed', 'closed', 'cancelled')),
  priority: required(choice('low', 'normal', 'high', 'urgent')),
  about: as(schemaOrg('about'), links()),
  /** The organisation that does it, by its name in the identity service. It is also a scope of the entity. */
  organisation: text(),
  assignee: text(),
  dateIssued: dateTime(),
  dueDate: dateTime(),
  startTime: as(schemaOrg('startTime'), dateTime()),
  endTime: as(schemaOrg('endTime'), dateTime()),
  checklist: list(structure('id', 'label', 'done')),
  photo: as(schemaOrg('photo'), list(uri())),
  timeRequired: as(schemaOrg('timeRequired'), duration()),
  minutesSpent: integer({ unit: 'MIN', min: 0 }),
  signed: flag(),
  outcome: text(),
  comments: integer({ min: 0 }),
  refAlert: links('Alert'),
  refServiceRequest: links('ServiceRequest', 'service_requests'),
  partOf: link('WorkOrder'),
});
export type WorkOrder = KeyValues<typeof workOrder>;
