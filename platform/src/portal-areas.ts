/** The first segments of the paths of the portal's pages; '' is its start page. */
export const PORTAL_AREAS: ReadonlySet<string> = new Set([
  '',
  'administer',
  'ask',
  'automate',
  'cockpits',
  'connect',
  'devices',
  'e',
  'keys',
  'map',
  'openapi',
  'operate',
  'operations',
  'share',
  'shared',
  'sources',
]);
