import type { FigureReading, FigureSource } from '@alzette/kit/figures';
import { readDefinitions } from '@alzette/kit/figures/documents';
import type { ReportParts } from '../parts.ts';
import { statisticsOf } from './statistics.ts';

const FILE = new URL('../../documents/figures.json', import.meta.url);

/** The figures of reports, of the communes whose reports a reader may read. */
export function reportFigures({
  db,
  territories,
  objects,
}: Pick<ReportParts, 'db' | 'territories' | 'objects'>): FigureSource {
  return {
    definitions: readDefinitions(FILE),
    async read({ tenant, scope, judge }): Promise<Record<string, FigureReading>> {
      const { communes, timeZone } = territories.of(tenant);
      const mayRead = async (each: string) => judge === undefined || (await objects.figures.may('read', each, judge));
      const readable = await Promise.all(communes.map(async (each) => (await mayRead(each.scope)) && each));
      const asked = readable
        .filter((each) => each !== false)
        .filter((each) => scope === undefined || each.scope === scope);
      if (asked.length === 0) return {};
      const to = new Date().toLocaleDateString('sv-SE', { timeZone });
      const from = `${to.slice(0, 4)}-01-01`;
      const visible = { communes: asked.map(({ slug }) => slug), organisations: [] };
      const { all } = await statisticsOf(db, tenant, { since: new Date(`${from}T00:00:00Z`), visible });
      return { reportsHandled: { value: all.closed, from, to } };
    },
  };
}
