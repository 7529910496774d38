import {
  as,
  choice,
  dateTime,
  geo,
  integer,
  type KeyValues,
  link,
  links,
  model,
  openChoice,
  required,
  text,
  uri,
} from '../define.ts';
import { subjectIri } from '../iris.ts';
import { identity } from '../shared-attributes.ts';

const published = (name: string) => subjectIri('IssueTracking', name);

/**
 * A citizen's report: the published `service_requests` (Open311 GeoReport v2) under a readable name, with additional
 * members. It contains nothing about the author, and not the author's text.
 */
export const serviceRequest = model(
  'Reports',
  'ServiceRequest',
  '1.0.0',
  {
    ...identity,
    location: geo('Point'),
    service_request_id: as(published('service_request_id'), required(text())),
    service_code: as(published('service_code'), required(text())),
    service_name: as(published('service_name'), text()),
    status: required(choice('open', 'closed')),
    reportStatus: required(
      choice('open', 'investigating', 'planned', 'inProgress', 'fixed', 'notOurs', 'duplicate', 'noAction'),
    ),
    moderation: required(choice('pending', 'accepted', 'hidden')),
    agency_responsible: as(published('agency_responsible'), text()),
    assignee: text(),
    requested_datetime: as(published('requested_datetime'), required(dateTime())),
    updated_datetime: as(published('updated_datetime'), dateTime()),
    expected_datetime: as(published('expected_datetime'), dateTime()),
    closedAt: dateTime(),
    supporters: integer({ min: 0 }),
    reopened: integer({ min: 0 }),
    source: openChoice('app', 'desk'),
    seeAlso: uri(),
    refAsset: link(),
    refWorkOrder: links('WorkOrder'),
    duplicateOf: link('ServiceRequest'),
  },
  published('service_requests'),
);
export type ServiceRequest = KeyValues<typeof serviceRequest>;
