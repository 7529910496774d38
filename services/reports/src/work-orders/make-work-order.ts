import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { type Actor, actOnReport } from '../actions/act.ts';
import { readCategories } from '../categories/categories.ts';
import type { Report } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { urnOf } from '../report/report.ts';

/**
 * Creates a work order for a report. Its id is stored before it is created, so that a retry after a crash creates the
 * same one.
 *
 * @returns the URN of the work order
 */
export async function makeWorkOrder(
  parts: ReportParts,
  actor: Actor & { readonly client: NgsiLdClient },
  report: Report,
  {
    organisation = report.organisation,
    name,
    dueDate = report.promisedAt,
  }: { readonly organisation?: string; readonly name?: string; readonly dueDate?: string },
): Promise<string> {
  const category = (await readCategories(parts.db, actor.tenant)).find(({ code }) => code === report.category);
  const id = `urn:ngsi-ld:WorkOrder:${report.id}-${report.workOrders.length + 1}`;
  const title = category?.name.fr ?? report.category;
  await parts.workOrders.make(actor, {
    id,
    name: name ?? `${title} (${report.id})`,
    about: report.asset === undefined ? [] : [report.asset],
    location: { type: 'Point', coordinates: [...report.position] },
    scope: [report.communeScope],
    ...(organisation !== undefined && { organisation }),
    ...(dueDate !== undefined && { dueDate }),
    serviceRequests: [urnOf(report.id)],
  });
  await actOnReport(parts, actor, report.id, { act: 'link', workOrder: id });
  return id;
}
