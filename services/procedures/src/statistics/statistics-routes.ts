import { documents, judgeOf } from '@alzette/kit/objects';
import { refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { DateTime } from 'luxon';
import { addDays, daysBetween, localDay } from '../clock/deadline.ts';
import type { ProcedureFigures, StatisticsContract } from '../contract/contract.ts';
import { mayReadIn } from '../dossiers/case-objects.ts';
import type { ProcedureParts } from '../parts.ts';
import { readOutcomes, readReached, readSent } from '../stored/statistic-rows.ts';
import { readVersions } from '../stored/version-rows.ts';
import { pagesOf } from './figures.ts';

const SHOWN_DAYS = 365;
const MOST_DAYS = 3660;

/** `/procedures/statistics`: how long requests take, how they end, and where forms are left. */
export function statisticsHandlers({ db, objects, territories }: ProcedureParts): Handlers<StatisticsContract> {
  return {
    figures: {
      objects: documents(objects.desk, async () => [true as const]),
      async handle(request) {
        const { tenant, query } = request;
        const { timeZone: zone, communes } = territories.of(tenant);
        const today = localDay(new Date(), zone);
        const to = query.to ?? today;
        const from = query.from ?? addDays(to, -SHOWN_DAYS);
        if (daysBetween(from, to) > MOST_DAYS) throw refused('to', to, `at most ${MOST_DAYS} days after ${from}`);
        const between = { from: startOf(from, zone), to: startOf(addDays(to, 1), zone) };
        const judge = judgeOf(request);
        const outcomes = await readOutcomes(db, tenant, between, {
          communes: communes.filter(({ scope }) => mayReadIn(judge, [scope])).map(({ slug }) => slug),
          whole: mayReadIn(judge, []),
          today,
        });
        const reached = await readReached(db, tenant, from, to);
        const sent = await readSent(db, tenant, between);
        const newest = new Map(
          (await readVersions(db, tenant)).reverse().map((version) => [version.id, version.document]),
        );
        const procedures = [...newest].flatMap(([procedure, document]): ProcedureFigures[] => {
          const pages = pagesOf(document, (page) => reached.get(`${procedure} ${page}`) ?? 0, sent.get(procedure) ?? 0);
          const row = outcomes.find((each) => each.procedure === procedure);
          if (row === undefined && pages.every((page) => page.reached === 0)) return [];
          const { medianDays, slowDays, ...counts } = row ?? NONE;
          return [
            {
              ...counts,
              procedure,
              title: document.title,
              ...(medianDays !== null && { medianDays: tenths(medianDays) }),
              ...(slowDays !== null && { slowDays: tenths(slowDays) }),
              pages,
            },
          ];
        });
        return { from, to, procedures };
      },
    },
  };
}

const NONE = {
  received: 0,
  open: 0,
  late: 0,
  accepted: 0,
  refused: 0,
  withdrawn: 0,
  silent: 0,
  satisfied: 0,
  answered: 0,
  medianDays: null,
  slowDays: null,
} as const;

function startOf(day: string, zone: string): Date {
  return DateTime.fromISO(day, { zone }).toJSDate();
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
