import { ask, toProblem } from '@alzette/web/asking';
import type { RouteLocationRaw } from 'vue-router';

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

interface Order {
  readonly id: string;
  readonly name: string;
  readonly dateIssued: string;
}
interface Report {
  readonly id: string;
  readonly requestedAt: string;
  readonly publicText?: string;
  readonly words?: { readonly text?: string };
}
interface Override {
  readonly id: string;
  readonly lamps: readonly string[];
  readonly reason: string;
  readonly createdAt: string;
}

/** Work orders, citizens' reports and commands about an entity, without those that the reader may not see. */
export async function doneFor(id: string, signal: AbortSignal): Promise<Done[]> {
  const about = encodeURIComponent(id);
  const [orders, reports, overrides] = await Promise.all([
    allowed(
      ask<{ workOrders: Order[] }>('GET', `/work-orders?about=${about}&limit=${MOST}`, undefined, signal),
      ({ workOrders }) => workOrders,
    ),
    allowed(
      ask<{ reports: Report[] }>('GET', `/reports?asset=${about}&limit=${MOST}`, undefined, signal),
      (answer) => answer.reports,
    ),
    allowed(
      ask<{ overrides: Override[] }>('GET', '/lighting/overrides', undefined, signal),
      (answer) => answer.overrides,
    ),
  ]);
  return [
    ...orders.map(({ id: order, name, dateIssued }): Done => {
      const to = { path: '/operations/work-orders', query: { order } };
      return { id: order, kind: 'order', name, at: Date.parse(dateIssued), to };
    }),
    ...reports.map(({ id: report, requestedAt, publicText, words }): Done => {
      const to = { path: '/operate/reports', query: { report } };
      const name = words?.text ?? publicText ?? report;
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
async function allowed<Answer, Row>(asked: Promise<Answer>, rows: (answer: Answer) => Row[]): Promise<Row[]> {
  try {
    return rows(await asked);
  } catch (cause) {
    if ([401, 403].includes(toProblem(cause).status ?? 0)) return [];
    throw cause;
  }
}
