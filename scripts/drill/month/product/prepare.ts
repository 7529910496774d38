import { BUILDING, LAMPS, LATE_STATION, METER, METERS, meterOf, STATION, TIME_ZONE } from './measured.ts';
import type { SimulatedProduct } from './simulated-product.ts';

export const CONTAINER = 'urn:ngsi-ld:WasteContainer:glass';
export const RECIPIENTS = ['ada@example.org', 'bob@example.org'];
/** On these days reports are sent. In 2027, the 28th of March has 23 hours. */
export const REPORT_DAYS = [1, 15, 28];
/** How many days of raw values, and of sums of hours, are kept. */
export const KEPT = {
  temperature: { rawDays: 10, hourDays: 60 },
  relativeHumidity: { rawDays: 5, hourDays: 12 },
} as const;

const property = (value: unknown) => ({ type: 'Property', value });
const FULL = 'fillingLevel';
const RULE = {
  scope: { types: ['WasteContainer'] },
  when: { attr: FULL, op: '>=', value: 0.8 },
  clear: { when: { attr: FULL, op: '<', value: 0.6 } },
  severity: 'medium',
  dedup: { minInterval: 'PT1S' },
  actions: [{ on: 'raise', type: 'notify', channel: 'email', to: 'group:desk' }],
};
/** Alarms of working hours, and of holidays. Their titles say which. */
export const RULES = {
  work: { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', holidays: 'skip' },
  holiday: { holidays: 'only' },
} as const;

/** Creates what is measured, the rules, the reports and the retention. */
export async function prepare({ ask }: SimulatedProduct): Promise<void> {
  const scope = '/Thil';
  const refBuilding = { type: 'Relationship', object: BUILDING };
  await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', [
    ...LAMPS.map((id) => ({ id, type: 'Streetlight', scope, powerRating: property(60) })),
    { id: BUILDING, type: 'Building', scope, category: property(['school']), floorArea: property(1000) },
    ...METERS.map((kind) => ({ id: meterOf(kind), type: METER, scope, meterType: property(kind), refBuilding })),
    ...[STATION, LATE_STATION].map((id) => ({ id, type: 'WeatherObserved', scope })),
    { id: CONTAINER, type: 'WasteContainer', scope },
  ]);
  await ask('GET', '/lighting/cockpit');
  await ask('PUT', '/energy/settings', {});
  for (const [attribute, days] of Object.entries(KEPT))
    await ask('PUT', '/ops/history/retention', { type: 'WeatherObserved', attribute, ...days, dayDays: null });
  await prepareAlarms(ask);
  await prepareReports(ask);
}

async function prepareAlarms(ask: SimulatedProduct['ask']): Promise<void> {
  const members = RECIPIENTS.map((email) => [email.split('@')[0] as string, email] as const);
  for (const [name, email] of members) await ask('PUT', `/channels/recipients/${name}`, { name, email });
  await ask('PUT', '/channels/groups/desk', { title: 'Desk', members: members.map(([name]) => `recipient:${name}`) });
  for (const [name, schedule] of Object.entries(RULES)) {
    const id = `urn:ngsi-ld:Rule:${name}`;
    const words = { fr: `Alarm ${name}`, en: `Alarm ${name}` };
    const zoned = { timeZone: TIME_ZONE, holidaysOf: 'fr-moselle', ...schedule };
    await ask('PUT', `/rules/${encodeURIComponent(id)}`, { ...RULE, id, name: words, text: words, schedule: zoned });
  }
}

/** The questions of the report, by title. */
export const WIDGETS = {
  Temperatures: { type: 'WeatherObserved', measure: { kind: 'sum', attribute: 'temperature' } },
  Consumption: { type: METER, measure: { kind: 'increase', attribute: 'totalConsumption' } },
} as const;

async function prepareReports(ask: SimulatedProduct['ask']): Promise<void> {
  const widgets = Object.entries(WIDGETS).map(([title, question], n) => ({
    ...{ id: `w${n}`, kind: 'table', title, x: 0, y: n * 4, w: 6, h: 4 },
    question: { ...question, group: [{ by: 'entity' }], over: 'all' },
  }));
  await ask('PUT', '/dashboards/month', { title: 'Month', roles: [], period: '30d', widgets });
  for (const day of REPORT_DAYS) {
    const report = { dashboard: 'month', recipients: RECIPIENTS, language: 'en', day, isActive: true };
    await ask('PUT', `/dashboards/reports/day-${day}`, { title: `Day ${day}`, ...report });
  }
}
