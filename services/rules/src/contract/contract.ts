import { contract, object, Type, text, uri, wholeNumber } from '@alzette/kit/contract';
import { RULES } from './paths.ts';
import {
  Backtest,
  Document,
  Draft,
  Explanation,
  Finding,
  Instant,
  KeptAlarm,
  Replay,
  Rule,
  RuleVersion,
  Written,
} from './schemas.ts';

export * from './calendar.ts';
export * from './maintenance.ts';
export * from './rule.ts';
export type { Backtest, Finding, PastAlarm, Rule } from './schemas.ts';
export { Replay } from './schemas.ts';

const OF_RULE = { params: { id: text({ max: 250 }) } } as const;
const PERIOD = { from: Instant, to: Instant };
/** Of what the reader may not read. */
const HIDDEN = {
  hidden: Type.Optional(Type.Array(Type.String(), { description: 'Attributes that you may not read' })),
  reason: Type.Optional(Type.String()),
};
const EXAMPLE = {
  id: 'urn:ngsi-ld:Rule:container-full',
  name: { fr: 'Conteneur plein', en: 'Full container' },
  scope: { types: ['WasteContainer'] },
  when: { attr: 'fillingLevel', op: '>=', value: 0.8 },
  clear: { whenOver: true },
  severity: 'medium',
} as const;
const EXAMPLE_ID = { id: EXAMPLE.id };
const EXAMPLE_PERIOD = { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' };

/** Rules, their back-tests, and explanations of alarms. */
export const ruleContract = contract(RULES, {
  list: { access: 'read', summary: 'Rules', answers: { 200: object({ rules: Type.Array(Rule) }) } },
  schema: {
    access: 'nothing',
    anyTenant: true,
    summary: 'The JSON Schema of rules',
    answers: { 200: Type.Object({}) },
  },
  check: {
    access: 'read',
    onlyReads: true,
    summary: 'Validates a draft of a rule',
    body: Draft,
    answers: { 200: object({ findings: Type.Array(Finding) }) },
    example: { body: EXAMPLE },
  },
  one: { ...OF_RULE, access: 'read', summary: 'A rule', answers: { 200: Rule } },
  versions: {
    ...OF_RULE,
    access: 'read',
    summary: 'All versions of a rule with their authors, newest first',
    answers: { 200: object({ versions: Type.Array(RuleVersion) }) },
  },
  create: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Creates a rule',
    body: Draft,
    answers: { 201: Written },
    example: { body: EXAMPLE },
  },
  replace: {
    ...OF_RULE,
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Writes a rule as its next version',
    query: { version: wholeNumber({ min: 1, max: 1_000_000_000 }) },
    body: Draft,
    answers: { 200: Written },
    example: { params: EXAMPLE_ID, body: EXAMPLE },
  },
  remove: {
    ...OF_RULE,
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Deletes a rule and clears its alarms',
    answers: { 204: null },
  },
  backtestDraft: {
    access: 'read',
    onlyReads: true,
    summary: 'The alarms that a draft would have raised',
    body: object({ rule: Draft, ...PERIOD }),
    answers: { 200: Backtest },
    example: { body: { rule: EXAMPLE, ...EXAMPLE_PERIOD } },
  },
  replay: {
    access: 'read',
    onlyReads: true,
    summary: 'The alarms that a draft raises on made-up readings of one entity',
    body: object({ rule: Draft, ...Replay.properties }),
    answers: { 200: Backtest },
    example: {
      body: {
        rule: EXAMPLE,
        entity: { type: 'WasteContainer' },
        readings: [{ at: '2026-11-01T08:00:00Z', values: { fillingLevel: 0.9 } }],
        until: '2026-11-01T12:00:00Z',
      },
    },
  },
  backtest: {
    ...OF_RULE,
    access: 'read',
    onlyReads: true,
    summary: 'The alarms that a rule would have raised',
    body: object(PERIOD),
    answers: { 200: Backtest },
    example: { params: EXAMPLE_ID, body: EXAMPLE_PERIOD },
  },
  explain: {
    ...OF_RULE,
    access: 'read',
    summary: 'Why an entity has an alarm of a rule, or none; for who may read the attributes that the rule reads',
    query: { entity: uri({ required: true }) },
    answers: { 200: object({ ...Explanation.properties, ...HIDDEN }) },
    example: { params: EXAMPLE_ID, query: { entity: 'urn:ngsi-ld:WasteContainer:1' } },
  },
  explainAlarm: {
    access: 'read',
    summary: 'Why there is an alarm: its values, window and rule; without values of attributes that you may not read',
    query: { alarm: uri({ required: true }) },
    answers: { 200: object({ alarm: KeptAlarm, rule: Type.Union([Document, Type.Null()]), ...HIDDEN }) },
    example: { query: { alarm: 'urn:ngsi-ld:Alert:1' } },
  },
  notify: {
    access: 'nothing',
    anyTenant: true,
    summary: 'Receives notifications of the rules’ subscriptions, with their secret',
    params: { scope: text({ max: 40 }) },
    query: { tenant: text({ max: 256 }) },
    // What is in it is said only to who knows the secret.
    body: Type.Optional(Type.Object({ data: Type.Optional(Type.Unknown()) })),
    bodyLimit: 16 * 1024 * 1024,
    answers: { 204: null },
    example: { params: { scope: '0c1d' }, body: { data: [] } },
  },
});

export type RuleContract = typeof ruleContract;
