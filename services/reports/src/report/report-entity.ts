import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Report } from '../contract/report.ts';
import { isOpen, urnOf } from './report.ts';

/** Path of the @context of reports, on any of our hosts. */
export const REPORT_CONTEXT_PATH = '/contexts/Reports/v1.jsonld';
export const REPORT_TYPE = 'ServiceRequest';

/** The scopes of a report: its commune, and the organisation that it is assigned to. */
export function scopesOf({ communeScope, organisation }: Pick<Report, 'communeScope' | 'organisation'>): string[] {
  return organisation === undefined ? [communeScope] : [communeScope, `/${organisation}`];
}

/**
 * A report's entity: category, position and status. Texts and photos are not in it, because the history of entities and
 * subscribers would keep them after an erasure. `seeAlso` links to the report.
 */
export function entityOf(report: Report, serviceName: string, publicUrl: string): Entity {
  const relationships = {
    refAsset: report.asset,
    duplicateOf: report.duplicateOf && urnOf(report.duplicateOf),
    refWorkOrder: report.workOrders.length > 0 ? report.workOrders : undefined,
  };
  const properties = {
    service_request_id: report.id,
    service_code: report.category,
    service_name: serviceName,
    status: isOpen(report.status) ? 'open' : 'closed',
    reportStatus: report.status,
    moderation: report.moderation,
    agency_responsible: report.organisation,
    assignee: report.assignee,
    requested_datetime: report.requestedAt,
    updated_datetime: report.updatedAt,
    expected_datetime: report.promisedAt,
    closedAt: report.closedAt,
    supporters: report.supporters,
    reopened: report.reopened,
    source: report.source,
    seeAlso: report.moderation === 'accepted' ? `${publicUrl}/citizen/v1/reports/${report.id}` : undefined,
  };
  return {
    id: urnOf(report.id),
    type: REPORT_TYPE,
    scope: scopesOf(report),
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [...report.position] } },
    ...mapped(properties, (value) => ({ type: 'Property', value })),
    ...mapped(relationships, (object) => ({ type: 'Relationship', object })),
  };
}

function mapped(values: Readonly<Record<string, unknown>>, attribute: (value: unknown) => object) {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, attribute(value)]));
}
