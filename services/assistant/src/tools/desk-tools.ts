import type { JsonSchema } from '@alzette/kit/bodies';
import { ENTITY_ID, instant, LIMIT, OFFSET, pathWith, SCOPE, text, tool, USUAL_LIMIT, words } from './tool.ts';

const PAGE = { limit: LIMIT, offset: OFFSET };
type Page = { readonly limit?: number; readonly offset?: number };
type Parameters = { readonly [name: string]: string | number | readonly string[] | undefined };
const YES: JsonSchema = { enum: ['true', 'false'] };
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

/** A tool that lists what a page of the portal lists, with the same parameters. */
function listing(said: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly path: string;
  readonly properties: { readonly [name: string]: JsonSchema };
}) {
  const { path, properties, ...rest } = said;
  return tool<Parameters & Page>({
    ...rest,
    properties: { ...properties, ...PAGE },
    request: ({ limit = USUAL_LIMIT, ...asked }) => ({ method: 'GET', path: pathWith(path, { ...asked, limit }) }),
  });
}

/** Alarms, work orders, citizen reports, rules, datasets. */
export const DESK_TOOLS = [
  listing({
    name: 'list_alarms',
    title: 'List alarms',
    description: 'Alarms, newest first; by default those that are not closed.',
    path: '/alarms',
    properties: {
      status: words('active, acknowledged, inProgress, shelved, suppressed, cleared, closed', 7),
      severity: { type: 'array', items: { enum: SEVERITIES }, minItems: 1, maxItems: 5, uniqueItems: true },
      category: words('Categories', 20),
      about: ENTITY_ID,
      scope: SCOPE,
      since: instant('Raised since'),
      until: instant('Raised before'),
      overdue: { enum: ['acknowledge', 'resolve'] },
    },
  }),
  tool<{ id: string }>({
    name: 'get_alarm',
    title: 'Read an alarm',
    description: 'One alarm with its journal: what was done to it, and by whom.',
    properties: { id: ENTITY_ID },
    required: ['id'],
    request: ({ id }) => ({ method: 'GET', path: `/alarms/${encodeURIComponent(id)}` }),
  }),
  listing({
    name: 'list_work_orders',
    title: 'List work orders',
    description: 'Work orders by due time; by default the open ones.',
    path: '/work-orders',
    properties: {
      status: words('open, assigned, inProgress, onHold, completed, closed, cancelled', 7),
      priority: words('low, normal, high, urgent', 4),
      organisation: text('The organisation they are assigned to', 64),
      about: ENTITY_ID,
      scope: SCOPE,
      dueBefore: instant('Due before'),
    },
  }),
  listing({
    name: 'list_reports',
    title: 'List reports of citizens',
    description: 'Reports of citizens, newest first; by default those in progress.',
    path: '/reports',
    properties: {
      status: words('open, investigating, planned, inProgress, fixed, notOurs, duplicate, noAction', 8),
      category: words('Categories by their code', 30),
      commune: text('The slug of a commune', 64),
      asset: text('The id of the entity that they are about'),
      isLate: YES,
      since: instant('Made since'),
      until: instant('Made before'),
    },
  }),
  tool<Record<string, never>>({
    name: 'list_rules',
    title: 'List rules',
    description: 'The rules that raise alarms, with their conditions.',
    properties: {},
    request: () => ({ method: 'GET', path: '/rules' }),
  }),
  tool<Record<string, never>>({
    name: 'list_datasets',
    title: 'List open data sets',
    description: 'The datasets that the territory publishes or prepares, with the quality of their metadata.',
    properties: {},
    request: () => ({ method: 'GET', path: '/opendata/datasets' }),
  }),
];
