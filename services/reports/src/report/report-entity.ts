import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isOpen, type Report, urnOf } from './report.ts';

/** Path, on any host of ours, of the @context of reports. */
export const REPORT_CONTEXT_PATH = '/contexts/Reports/v1.jsonld';
export const REPORT_TYPE = 'ServiceRequest';

/** Where a report can be seen: in its commune, and by the organisation that sees to it. */
export function scopesOf({ communeScope, organisation }: Pick<Report, 'communeScope' | 'organisation'>): string[] {
  return organisation === undefined ? [communeScope] : [communeScope, `/${organisation}`];
}

/**
 * A report's entity: what was reported where, and what becomes of it. What people wrote and photographed is not in it: the
 * history of entities and whoever subscribes to them would keep it beyond an erase. `seeAlso` leads to it.
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
