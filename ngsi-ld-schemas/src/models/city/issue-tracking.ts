import {
  anything,
  choice,
  dateTime,
  email,
  flag,
  type KeyValues,
  link,
  list,
  model,
  structure,
  text,
} from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const serviceRequests = model('IssueTracking', 'service_requests', '0.1.0', {
  ...identity,
  ...place,
  service_request_id: text(),
  jurisdiction_id: text(),
  service_code: text(),
  service_name: text(),
  agency_responsible: text(),
  service_notice: text(),
  status: choice('closed', 'open'),
  status_notes: text(),
  requested_datetime: text(),
  updated_datetime: text(),
  expected_datetime: text(),
  media_url: text(),
  email: email(),
  first_name: text(),
  last_name: text(),
  phone: text(),
  device_id: link(),
  account_id: link(),
  address_string: text(),
  attributes: list(
    structure('variable', 'code', 'datatype', 'required', 'datatype_description', 'order', 'description', 'values'),
  ),
});
export type ServiceRequests = KeyValues<typeof serviceRequests>;

export const services = model('IssueTracking', 'services', '0.1.0', {
  ...identity,
  ...place,
  jurisdiction_id: text(),
  'open311:type': choice('batch', 'blackbox', 'realtime'),
  service_code: text(),
  service_name: text(),
  keywords: text(),
  group: text(),
  'open311:metadata': flag(),
  attributes: list(anything()),
  provider: text(),
  effectiveSince: dateTime(),
});
export type Services = KeyValues<typeof services>;
