import type { Figure } from '@alzette/kit/figures';
import type { FootprintSettings, UseCases } from '../contract/footprint.ts';
import { domainsOf, type Period } from './footprint.ts';
import { resultOf, USE_CASES } from './method.ts';

const YEAR_DAYS = 365;
const DAY_MS = 86_400_000;

/** Costs of use cases since 1 January, and gains by the figures of a collectivity, which their services compute. */
export function useCasesOf(
  period: Period,
  settings: FootprintSettings,
  figures: readonly Figure[],
): Pick<UseCases, 'from' | 'to' | 'cases'> {
  const { prices, minutesPerReport, yearlyCosts } = settings;
  const to = period.now.toISOString().slice(0, 10);
  const from = `${to.slice(0, 4)}-01-01`;
  const share = (period.now.getTime() - Date.parse(`${from}T00:00:00Z`)) / DAY_MS / YEAR_DAYS;
  const domains = domainsOf(period);
  const known = Object.fromEntries(figures.map(({ name, reading }) => [name, reading?.value]));
  const variables = { ...known, pricePerKilometre: prices.km, pricePerHour: prices.hour, minutesPerReport };
  const cases = Object.entries(USE_CASES).map(([id, { title, domain, gains }]) => {
    const kwh = domains.find((each) => each.domain === domain)?.kwh ?? 0;
    return {
      id,
      title,
      costs: {
        kwh,
        ...(prices.kwh !== undefined && { energy: kwh * prices.kwh }),
        yearly: (yearlyCosts[id] ?? 0) * Math.min(1, share),
      },
      gains: gains.flatMap(({ kind, formula, figure }) => {
        const {
          name,
          title: figureTitle,
          definition,
          source,
          reading,
        } = figures.find((each) => each.name === figure) ?? {};
        // Its service may not run here.
        if (name === undefined || figureTitle === undefined || definition === undefined || source === undefined)
          return [];
        const value = resultOf(formula, variables);
        return [
          {
            kind,
            formula,
            figure: { name, title: figureTitle, definition, source },
            ...(reading?.coverage !== undefined && { coverage: reading.coverage }),
            ...(value !== undefined && { value }),
          },
        ];
      }),
    };
  });
  return { from, to, cases };
}
