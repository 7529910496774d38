/** Services whose footprint is shown apart. All else is the platform: broker, devices, accounts, pages. */
export const DOMAINS = [
  'lighting',
  'waste',
  'energy',
  'environment',
  'mobility',
  'alarms',
  'rules',
  'reports',
  'procedures',
  'publishing',
  'opendata',
  'dashboards',
  'decisions',
] as const;
export const PLATFORM = 'platform';

/** Parts of paths that are not named like their service. */
const ALSO: Readonly<Record<string, string>> = {
  collections: 'waste',
  open311: 'reports',
  data: 'opendata',
  ogc: 'opendata',
  journeys: 'mobility',
};
const KNOWN: ReadonlySet<string> = new Set(DOMAINS);

/** The domain of a route such as `/public/lighting/` or `/citizen/v1/reports/:id`. */
export function domainOfRoute(route: string): string {
  const parts = route.split('/').slice(1, 4);
  const named = parts.map((part) => ALSO[part] ?? part);
  return named.find((part) => KNOWN.has(part)) ?? PLATFORM;
}
