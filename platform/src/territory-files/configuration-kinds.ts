import { EscalationBody } from '@alzette/alarms/contract';
import { Policy } from '@alzette/broker/contract';
import { Group, Recipient, Roster } from '@alzette/channels/contract';
import { Dashboard, SavedQuestion, ScheduledReport } from '@alzette/dashboards/dashboard-schema';
import { Indicator, Model } from '@alzette/decisions/contract';
import { PROFILE } from '@alzette/iot-agents/profile-schema';
import type { JsonSchema } from '@alzette/kit/bodies';
import { STRATEGY_ID, StrategyBody } from '@alzette/lighting/contract';
import { GivenDefinition } from '@alzette/opendata/dataset-schema';
import { type AskProduct, type ConfigurationDocument, type ConfigurationKind, mustAnswer } from '@alzette/packs/kinds';
import { Procedure, Resource } from '@alzette/procedures/contract';
import { CATEGORY_DEFAULTS, GivenCategory } from '@alzette/reports/category-schema';
import { GivenTemplate } from '@alzette/reports/contract';
import { faultOfRule, findingText, RULE_SCHEMA } from '@alzette/rules/check-rule-shape';
import type { Finding } from '@alzette/rules/contract';
import { FEED_KIND, PAGE_KIND } from './content-kinds.ts';
import { MAP_LAYER_KIND } from './map-layer-kind.ts';
import { MODEL_KIND } from './model-kind.ts';
import { SOURCE_KIND } from './source-kind.ts';

const DECISION_ID = '^[a-z0-9][a-z0-9-]{0,59}$';
const ANY_ID = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

/** The documents in a member of the answer. */
function inMember(name: string) {
  return (answer: unknown) => (answer as { readonly [member: string]: readonly ConfigurationDocument[] })[name] ?? [];
}

/** In the order of application: rules refer to escalations, these to groups, and these to recipients. */
export const CONFIGURATION_KINDS: readonly ConfigurationKind[] = [
  {
    folder: 'policies',
    list: '/ops/access/policies',
    documents: (policies) =>
      (policies as readonly (ConfigurationDocument & { builtIn?: boolean })[]).filter(
        ({ builtIn }) => builtIn !== true,
      ),
    defaults: { tenants: [''] },
    schema: Policy,
  },
  MODEL_KIND,
  {
    folder: 'profiles',
    list: '/iot/registry/profiles',
    query: '?limit=1000',
    documents: inMember('profiles'),
    schema: PROFILE,
  },
  SOURCE_KIND,
  {
    folder: 'recipients',
    list: '/channels/recipients',
    documents: inMember('recipients'),
    schema: withId(Recipient),
  },
  { folder: 'rosters', list: '/channels/rosters', documents: inMember('rosters'), schema: withId(Roster) },
  { folder: 'groups', list: '/channels/groups', documents: inMember('groups'), schema: withId(Group) },
  {
    folder: 'escalations',
    list: '/alarms/escalations',
    documents: inMember('escalations'),
    schema: withId(EscalationBody),
  },
  {
    folder: 'rules',
    list: '/rules',
    documents: (answer) =>
      (answer as { rules: readonly { rule: ConfigurationDocument }[] }).rules.map(({ rule }) => rule),
    schema: RULE_SCHEMA,
    faultOf: faultOfRule,
    check: faultOfDraft,
    hasIdInBody: true,
  },
  {
    folder: 'lighting-strategies',
    list: '/lighting/strategies',
    documents: (answer) =>
      (answer as { strategies: readonly { id: string; document: object }[] }).strategies.map(({ id, document }) => ({
        id,
        ...document,
      })),
    schema: withId(StrategyBody, STRATEGY_ID),
    isKept: true,
  },
  {
    folder: 'report-categories',
    list: '/reports/categories',
    documents: ownCategories,
    defaults: CATEGORY_DEFAULTS,
    schema: withId(GivenCategory, '^[a-z][a-z0-9-]{0,39}$'),
  },
  {
    folder: 'reply-templates',
    list: '/reports/templates',
    documents: (answer) =>
      (answer as { templates: readonly (ConfigurationDocument & { isOwn: boolean })[] }).templates
        .filter(({ isOwn }) => isOwn)
        .map(({ isOwn: _isOwn, ...template }) => template),
    schema: withId(GivenTemplate),
  },
  {
    folder: 'booking-resources',
    list: '/procedures/resources',
    documents: inMember('resources'),
    schema: withId(Resource, '^[a-z][a-z0-9-]{0,39}$'),
  },
  {
    folder: 'procedures',
    list: '/procedures',
    documents: (answer) =>
      (answer as { procedures: readonly RunningProcedure[] }).procedures
        .filter(({ versions }) => versions[0]?.state === 'published')
        .map(({ id, document }) => ({ id, ...document })),
    schema: withId(Procedure, '^[a-z][a-z0-9-]{0,39}$'),
    put: putProcedure,
  },
  {
    folder: 'datasets',
    list: '/opendata/datasets',
    documents: (answer) =>
      (answer as { datasets: readonly RunningDataset[] }).datasets
        .filter(({ state }) => state !== 'withdrawn')
        .map(({ id, state, definition }) => ({ id, published: state === 'published', ...definition })),
    defaults: { licence: 'lov2', published: false },
    schema: withId(GivenDefinition, ANY_ID, { published: { type: 'boolean' } }),
    put: putDataset,
  },
  {
    folder: 'simulation-models',
    list: '/decisions/models',
    documents: (answer) =>
      (answer as { models: readonly (Versioned & { isReady: boolean; model: object })[] }).models
        .filter(({ isReady }) => !isReady)
        .map(({ id, model }) => ({ id, ...model })),
    schema: withId(Model, DECISION_ID),
    check: faultOfModel,
    put: (ask, document) => putVersion(ask, '/decisions/models', document),
  },
  {
    folder: 'indicators',
    list: '/decisions/indicators',
    documents: (answer) =>
      (answer as { indicators: readonly (Versioned & { indicator: object })[] }).indicators
        .filter(({ version }) => version !== undefined)
        .map(({ id, indicator }) => ({ id, ...indicator })),
    schema: withId(Indicator, DECISION_ID),
    put: (ask, document) => putVersion(ask, '/decisions/indicators', document),
  },
  {
    folder: 'questions',
    list: '/dashboards/questions',
    documents: (answer) =>
      inMember('questions')(answer).map(({ changedAt: _at, mayChange: _may, ...question }) => question),
    schema: withId(SavedQuestion),
  },
  {
    folder: 'dashboards',
    list: '/dashboards',
    documents: (answer) =>
      (answer as { dashboards: readonly RunningDashboard[] }).dashboards.map(({ id, dashboard }) => ({
        id,
        ...dashboard,
      })),
    schema: withId(Dashboard),
    put: (ask, document) => putVersion(ask, '/dashboards', document),
  },
  {
    folder: 'scheduled-reports',
    list: '/dashboards/reports',
    documents: (answer) =>
      inMember('reports')(answer).map(
        ({ author: _by, changedAt: _at, refusedAt: _refused, ...report }) => report as ConfigurationDocument,
      ),
    schema: withId(ScheduledReport),
  },
  MAP_LAYER_KIND,
  PAGE_KIND,
  FEED_KIND,
];

/** Open data and devices are of the default tenant. */
const OF_DEFAULT_TENANT: ReadonlySet<string> = new Set(['datasets', 'profiles', 'sources']);

/** The kinds of a tenant's folder. Policies are of all tenants: its folder has those that are for it alone. */
export function kindsOf(tenant: string | undefined): readonly ConfigurationKind[] {
  if (tenant === undefined) return CONFIGURATION_KINDS;
  const isOwn = ({ tenants }: ConfigurationDocument) =>
    Array.isArray(tenants) && tenants.length === 1 && tenants[0] === tenant;
  return CONFIGURATION_KINDS.filter(({ folder }) => !OF_DEFAULT_TENANT.has(folder)).map((kind) =>
    kind.folder === 'policies' ? { ...kind, documents: (answer) => kind.documents(answer).filter(isOwn) } : kind,
  );
}

/** What the product says of a rule beside the running ones: members that no type has, loops … */
async function faultOfDraft(ask: AskProduct, rule: ConfigurationDocument): Promise<string | undefined> {
  const { findings } = (await mustAnswer(ask, 'POST', '/rules/check', { body: rule })) as { findings: Finding[] };
  const errors = findings.filter(({ level }) => level === 'error').map(findingText);
  return errors.length === 0 ? undefined : errors.join('; ');
}

interface RunningDataset {
  readonly id: string;
  readonly state: 'draft' | 'published' | 'withdrawn';
  readonly definition: object;
}

interface RunningProcedure {
  readonly id: string;
  readonly versions: readonly { readonly state: string }[];
  readonly document: object;
}

interface Versioned {
  readonly id: string;
  readonly version?: number;
}

interface RunningDashboard extends Versioned {
  readonly dashboard: object;
}

/** Built-in categories are part of the product. */
function ownCategories(answer: unknown): readonly ConfigurationDocument[] {
  const { categories } = answer as { categories: readonly { code: string; isOwn: boolean }[] };
  return categories
    .filter(({ isOwn }) => isOwn)
    .map(({ code, isOwn: _isOwn, ...category }) => ({ id: code, ...category }));
}

/** The schema of a file: the body of the API, with an id and other members that the API has apart. */
function withId(body: JsonSchema, pattern = ANY_ID, others: { readonly [member: string]: object } = {}): JsonSchema {
  return {
    ...body,
    properties: { id: { type: 'string', pattern }, ...others, ...body.properties },
    required: ['id', ...(body.required ?? [])],
  };
}

/** A draft is published where the file says so. @throws Error: it is published and the file says that it is not */
async function putDataset(ask: AskProduct, { id, published = false, ...body }: ConfigurationDocument): Promise<void> {
  const path = `/opendata/datasets/${encodeURIComponent(id)}`;
  const running = (await mustAnswer(ask, 'GET', path, { accepted: [404] })) as Partial<RunningDataset>;
  if (running.state === 'published' && !published) {
    throw new Error(
      `datasets/${id}: published: got false, but it is published; withdraw it on its page: its identifier is then used up`,
    );
  }
  await mustAnswer(ask, 'PUT', path, { body });
  if (published && running.state !== 'published') await mustAnswer(ask, 'POST', `${path}/publish`);
}

/** A procedure of a file is published: a draft is nobody's procedure yet. */
async function putProcedure(ask: AskProduct, { id, ...body }: ConfigurationDocument): Promise<void> {
  const path = `/procedures/${encodeURIComponent(id)}`;
  await mustAnswer(ask, 'PUT', path, { body });
  await mustAnswer(ask, 'POST', `${path}/publish`);
}

/** What a model says of itself: its units, its formulas, and its golden examples. */
async function faultOfModel(ask: AskProduct, { id: _id, ...body }: ConfigurationDocument): Promise<string | undefined> {
  const { faults } = (await mustAnswer(ask, 'POST', '/decisions/models/check', { body })) as {
    faults: readonly { field: string; message: string }[];
  };
  return faults.length === 0 ? undefined : faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
}

/** Replaces the version that runs, if one does. */
async function putVersion(ask: AskProduct, list: string, { id, ...body }: ConfigurationDocument): Promise<void> {
  const path = `${list}/${encodeURIComponent(id)}`;
  const running = (await mustAnswer(ask, 'GET', path, { accepted: [404] })) as Partial<Versioned>;
  await mustAnswer(ask, 'PUT', `${path}?version=${running.version ?? 0}`, { body });
}
