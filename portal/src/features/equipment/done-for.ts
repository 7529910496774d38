import type { OverrideContract } from '@alzette/lighting/contract';
import { OVERRIDES } from '@alzette/lighting/paths';
import type { ReportContract } from '@alzette/reports/contract';
import { REPORTS } from '@alzette/reports/paths';
import { toProblem } from '@alzette/web/asking';
import type { RouteLocationRaw } from 'vue-router';
import { workOrders } from '../../alarms/records.ts';
import { service } from '../../broker/service.ts';
import { instant } from '../../entities/attribute.ts';

/** Work on equipment, or a report about it. */
export interface Done {
  readonly id: string;
  readonly kind: 'order' | 'report' | 'command';
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly to: RouteLocationRaw;
}

const MOST = 100;
const commands = service<OverrideContract>(OVERRIDES);

/** Work orders, citizens' reports and commands about an entity, without those that the reader may not see. */
export async function doneFor(id: string, signal: AbortSignal): Promise<Done[]> {
  const [orders, reports, overrides] = await Promise.all([
    allowed(workOrders.list({ query: { about: id, limit: MOST }, signal }), (answer) => answer.workOrders),
    allowed(
      service<ReportContract>(REPORTS).list({ query: { asset: id, limit: MOST }, signal }),
      (answer) => answer.reports,
    ),
    allowed(commands.list({ signal }), (answer) => answer.overrides),
  ]);
  return [
    ...orders.flatMap(({ id: order, name = order, dateIssued }): Done[] => {
      const at = instant(dateIssued);
      const to = { path: '/operations/work-orders', query: { order } };
      return at === undefined ? [] : [{ id: order, kind: 'order', name, at, to }];
    }),
    ...reports.map(({ id: report, requestedAt, publicText, words }): Done => {
      const to = { path: '/operate/reports', query: { report } };
      const name = words.text ?? publicText ?? report;
      return { id: report, kind: 'report', name, at: Date.parse(requestedAt), to };
    }),
    ...overrides
      .filter(({ lamps }) => lamps.includes(id))
      .map(({ id: open, reason, createdAt }): Done => {
        const to = { path: '/operate/commands', query: { open } };
        return { id: open, kind: 'command', name: reason, at: Date.parse(createdAt), to };
      }),
  ];
}

/** Returns no rows if the reader lacks the right. @throws any other error */
async function allowed<Answer, Row>(
  asked: Promise<Answer>,
  rows: (answer: Answer) => readonly Row[],
): Promise<readonly Row[]> {
  try {
    return rows(await asked);
  } catch (cause) {
    if ([401, 403].includes(toProblem(cause).status ?? 0)) return [];
    throw cause;
  }
}
