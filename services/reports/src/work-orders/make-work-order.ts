import { type Actor, actOnReport } from '../acting/act.ts';
import { readCategories } from '../categories/categories.ts';
import type { ReportParts } from '../parts.ts';
import { type Report, urnOf } from '../report/report.ts';

/**
 * Has a report seen to by a work order, which is known to it before it is made: asked again after a crash, it is the same.
 *
 * @returns the URN of the work order
 */
export async function makeWorkOrder(
  parts: ReportParts,
  actor: Required<Actor>,
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
