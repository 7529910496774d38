import { contract, identifier, media, object, oneOf, Type, type Value, wholeNumber } from '@alzette/kit/contract';
import { Dashboard, SavedQuestion, ScheduledReport } from './documents.ts';
import { DASHBOARD_REPORTS, DASHBOARDS, QUESTIONS } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Day = Type.String({ format: 'date' });

const VERSION = { dashboard: Dashboard, version: Type.Integer(), changedAt: Instant };
const MAY_CHANGE = { mayChange: Type.Boolean() };
const KeptDashboard = object(
  {
    id: Type.String(),
    ...VERSION,
    changedBy: Type.String(),
    isPublished: Type.Boolean({
      description: 'Without roles: whether it is for all who may read what it shows',
    }),
    isOwn: Type.Boolean(),
    ...MAY_CHANGE,
    link: Type.Optional(Type.String({ description: 'Only for administrators' })),
  },
  'A dashboard with its version, its last editor and the time of the change',
);
const SharedDashboard = object({ id: Type.String(), ...VERSION, tenant: Type.String(), ...MAY_CHANGE });

const PARAMS = { id: identifier() };
const LAMPS = { type: 'Streetlight', measure: { kind: 'count' } } as const;
const OWN = { params: PARAMS, example: { params: { id: 'lamps' } } } as const;

/** Contents, visibility and earlier versions of dashboards. Their data come from elsewhere, with the rights of the viewer. */
export const dashboardContract = contract(DASHBOARDS, {
  list: {
    access: 'read',
    summary: 'The dashboards that you may see',
    answers: { 200: object({ dashboards: Type.Array(KeptDashboard) }) },
  },
  templates: {
    access: 'read',
    summary: 'Dashboards to start from: those of the packs that come with the product',
    answers: { 200: object({ templates: Type.Array(object({ id: Type.String(), dashboard: Dashboard })) }) },
  },
  one: { ...OWN, access: 'read', summary: 'A dashboard', answers: { 200: KeptDashboard } },
  versions: {
    ...OWN,
    access: 'read',
    summary: 'Earlier versions of a dashboard, newest first',
    answers: { 200: object({ versions: Type.Array(object({ ...VERSION, changedBy: Type.String() })) }) },
  },
  save: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Creates or replaces a dashboard; `version` is the version that was edited, 0 for a new one',
    params: PARAMS,
    query: { version: wholeNumber({ min: 0, max: 1_000_000_000, default: 0 }) },
    body: Dashboard,
    answers: { 200: KeptDashboard, 201: KeptDashboard },
    example: {
      params: { id: 'lamps' },
      body: {
        title: 'Lamps',
        roles: [],
        period: '30d',
        widgets: [{ id: 'all', kind: 'number', title: 'All', x: 0, y: 0, w: 3, h: 2, question: LAMPS }],
      },
    },
  },
  remove: {
    ...OWN,
    access: 'write',
    audited: { values: 'route' },
    summary: 'Deletes a dashboard',
    answers: { 204: null },
  },
  share: {
    ...OWN,
    access: 'administer',
    summary:
      'Shares a dashboard by a link; people who open it see only data that they may read, and only public data without an account',
    answers: { 200: object({ link: Type.String() }) },
  },
  unshare: { ...OWN, access: 'administer', summary: 'Revokes the link of a dashboard', answers: { 204: null } },
  shared: {
    access: 'nothing',
    anyTenant: true,
    summary: 'The layout of a dashboard shared by a link',
    params: { link: identifier() },
    answers: { 200: SharedDashboard },
    example: { params: { link: 'demo' } },
  },
});

const KeptQuestion = object({
  ...SavedQuestion.properties,
  id: Type.String(),
  changedAt: Instant,
  ...MAY_CHANGE,
});

/** Saved questions, to run again and to show on dashboards. */
export const questionContract = contract(QUESTIONS, {
  list: {
    access: 'read',
    summary: 'Saved questions',
    answers: { 200: object({ questions: Type.Array(KeptQuestion) }) },
  },
  save: {
    access: 'write',
    audited: { values: 'above' },
    summary: 'Saves a question',
    params: PARAMS,
    body: SavedQuestion,
    answers: { 201: null, 204: null },
    example: { params: { id: 'how-many' }, body: { title: 'How many lamps', question: LAMPS } },
  },
  remove: {
    ...OWN,
    access: 'write',
    audited: { values: 'above' },
    summary: 'Deletes a saved question',
    answers: { 204: null },
  },
});

const KeptReport = object({
  ...ScheduledReport.properties,
  id: Type.String(),
  author: Type.String(),
  changedAt: Instant,
  refusedAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'When it was not sent because its author lacked the rights' }),
  ),
});
const SentReport = object({
  id: Type.String(),
  report: Type.String(),
  from_day: Day,
  to_day: Day,
  title: Type.String(),
  made_at: Instant,
  recipients: Type.Array(Type.String()),
  delivered: Type.Array(Type.String()),
  fault: Type.Union([Type.String(), Type.Null()]),
  bytes: Type.Integer(),
});

/** Monthly reports by mail, their recipients, and all sent reports. */
export const dashboardReportContract = contract(DASHBOARD_REPORTS, {
  list: {
    access: 'administer',
    summary: 'Scheduled reports, and the latest sent ones',
    answers: {
      200: object({ reports: Type.Array(KeptReport), sent: Type.Array(SentReport), hasMail: Type.Boolean() }),
    },
  },
  save: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Creates or replaces a monthly report',
    params: PARAMS,
    body: ScheduledReport,
    answers: { 201: null, 204: null },
    example: {
      params: { id: 'monthly' },
      body: {
        title: 'Lamps of the month',
        dashboard: 'lamps',
        recipients: ['lighting@example.org'],
        language: 'en',
        day: 1,
        isActive: false,
      },
    },
  },
  remove: {
    ...OWN,
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Deletes a scheduled report; sent reports are kept',
    answers: { 204: null },
  },
  send: {
    ...OWN,
    access: 'administer',
    summary: 'Sends a report of the previous month now',
    answers: { 202: null },
  },
  sent: {
    access: 'administer',
    summary: 'A sent report as `pdf` or `csv`',
    params: { ...PARAMS, format: oneOf(['pdf', 'csv']) },
    answers: { 200: media('application/pdf', 'text/csv; charset=utf-8') },
    example: { params: { id: '1', format: 'pdf' } },
  },
});

export type DashboardContract = typeof dashboardContract;
export type QuestionContract = typeof questionContract;
export type DashboardReportContract = typeof dashboardReportContract;
export type KeptDashboard = Value<typeof KeptDashboard>;
export type SharedDashboard = Value<typeof SharedDashboard>;
export type KeptQuestion = Value<typeof KeptQuestion>;
export type KeptReport = Value<typeof KeptReport>;
export type SentReport = Value<typeof SentReport>;
export { type FigureContract, type Figures, figureContract } from './figures.ts';
export * from './views.ts';
