import { missing } from '@alzette/kit/problems';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { ReportParts } from '../parts.ts';
import { type Report, urnOf } from '../report/report.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { loadReports } from '../store/report-rows.ts';

/** A report that the caller may read. @throws Problem 404: there is none, or the caller may not read it */
export async function visibleReport(
  parts: ReportParts,
  client: NgsiLdClient,
  tenant: string,
  id: string,
): Promise<Report> {
  const context = parts.publicUrl + REPORT_CONTEXT_PATH;
  const [entity, kept] = await Promise.all([
    client.retrieveEntity(urnOf(id), { tenant, context, pick: ['id'] }),
    loadReports(parts.db, tenant, [id]),
  ]);
  const report = kept.get(id)?.report;
  if (entity === undefined || report === undefined) throw missing('report', id);
  return report;
}
