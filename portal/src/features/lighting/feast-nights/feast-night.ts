import type { Assignment, CalendarRule, StrategyBody, StrategyDocument } from '@alzette/lighting/contract';

/** A night with another level for some hours, in some places, because somebody asked for it. */
export interface FeastNight {
  readonly name: string;
  readonly askedBy: string;
  /** The evening, YYYY-MM-DD. */
  readonly date: string;
  readonly from: string;
  readonly to: string;
  /** 0 to 1. */
  readonly level: number;
  /** Communes, streets and drawn zones; empty: everywhere. */
  readonly zones: readonly string[];
}

/** The strategy with the night as its first rule: the first that matches decides, so that it goes before seasons and weekdays. */
export function withFeastNight(document: StrategyDocument, feast: FeastNight): StrategyBody {
  const { calendar, programmes } = document;
  const usual = programmes[calendar.defaultProgramme] ?? { level: 1, slots: [] };
  const programme = nameFor(feast.date, Object.keys(programmes));
  const { name, askedBy, date, from, to, level, zones } = feast;
  const rule: CalendarRule = {
    name,
    dates: [date],
    ...(askedBy !== '' && { askedBy }),
    ...(zones.length > 0 && { zones }),
    programme,
  };
  // Of two slots that overlap, the later one applies.
  const slots = [...usual.slots, { from, to, level }];
  return {
    ...document,
    programmes: { ...programmes, [programme]: { level: usual.level, slots } },
    calendar: { ...calendar, rules: [rule, ...calendar.rules] },
  };
}

/** The strategy without a night, and without its programme if nothing else uses that. */
export function withoutFeastNight(document: StrategyDocument, feast: CalendarRule): StrategyBody {
  const { calendar, programmes } = document;
  const rules = calendar.rules.filter((rule) => rule !== feast);
  const isUsed =
    calendar.defaultProgramme === feast.programme || rules.some((rule) => rule.programme === feast.programme);
  const kept = Object.entries(programmes).filter(([name]) => isUsed || name !== feast.programme);
  return { ...document, programmes: Object.fromEntries(kept), calendar: { ...calendar, rules } };
}

/** The nights that were entered by date, the next first. */
export function feastNightsOf({ calendar }: StrategyDocument): CalendarRule[] {
  const first = ({ dates = [] }: CalendarRule) => dates.toSorted()[0] ?? '';
  return calendar.rules.filter(({ dates }) => dates !== undefined).toSorted((a, b) => first(a).localeCompare(first(b)));
}

/** Other nights by date that are the same evening in a place of this one: the one entered last applies there. */
export function rivalsOf(
  document: StrategyDocument,
  { date, zones }: Pick<FeastNight, 'date' | 'zones'>,
): CalendarRule[] {
  return feastNightsOf(document).filter(
    ({ dates = [], zones: others = [] }) => dates.includes(date) && meet(zones, others),
  );
}

/** The strategy that runs in a place on an evening, if another one than this does: there, the night would not apply. */
export function otherStrategyIn(
  assignments: readonly Assignment[],
  strategy: string,
  { date, zones }: Pick<FeastNight, 'date' | 'zones'>,
): { readonly zone: string; readonly strategy: string } | undefined {
  const running = (zone: string) => {
    const wider = zone.includes('/') ? [zone, zone.split('/', 1)[0] as string, ''] : [zone, ''];
    const found = wider.map((place) => assignments.filter((one) => one.zone === place && one.from <= date).at(-1));
    return found.find((assignment) => assignment !== undefined)?.strategy;
  };
  for (const zone of zones.length > 0 ? zones : ['']) {
    const other = running(zone);
    if (other !== undefined && other !== strategy) return { zone, strategy: other };
  }
  return undefined;
}

/** Everywhere meets every place, and a commune its streets. */
function meet(some: readonly string[], others: readonly string[]): boolean {
  if (some.length === 0 || others.length === 0) return true;
  const contains = (a: string, b: string) => a === b || b.startsWith(`${a}/`);
  return some.some((a) => others.some((b) => contains(a, b) || contains(b, a)));
}

function nameFor(date: string, taken: readonly string[]): string {
  let name = `night-${date}`;
  for (let n = 2; taken.includes(name); n++) name = `night-${date}-${n}`;
  return name;
}
