import {
  byName,
  contract,
  identifier,
  listOf,
  media,
  object,
  Type,
  text,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { Comparison, Shared } from './comparison.ts';
import { Crossing, Difference } from './crossing.ts';
import { Indicator, IndicatorShown } from './indicator.ts';
import { Model } from './model.ts';
import { COMPARISON, CROSSINGS, INDICATORS, MODELS, REACH, STATISTICS } from './paths.ts';
import { PeopleAsked, PeopleReach, Reach, ReachAsked } from './reach.ts';
import { Flow, Import, Series } from './statistics.ts';
import { DocumentId, type Words } from './words.ts';

export * from './comparison.ts';
export * from './crossing.ts';
export * from './indicator.ts';
export * from './model.ts';
export * from './reach.ts';
export * from './scenario.ts';
export * from './scenario-contract.ts';
export * from './statistics.ts';
export type { Source, Words } from './words.ts';

export const FILE_BYTES = 30_000_000;
const PARAMS = { id: identifier() };
const VERSION = wholeNumber({ min: 0, max: 1_000_000_000, default: 0 });
const YEAR = { min: 1800, max: 2200 } as const;
const CSV = 'CODGEO;P21_LOG\n57038;3100\n';

/** Statistics of places: files are read by flows, and kept as entities with their history. */
export const statisticsContract = contract(STATISTICS, {
  flows: {
    access: 'read',
    summary: 'Which published files of statistics can be imported, and where to get them',
    answers: { 200: object({ flows: Type.Array(object({ id: DocumentId, flow: Flow })) }) },
  },
  statistics: {
    access: 'read',
    summary: 'Statistics by variable and place, with their history; what is withheld has no number',
    query: { flow: text({ max: 60 }), variable: text({ max: 40 }) },
    answers: { 200: object({ series: Type.Array(Series) }) },
  },
  imports: {
    access: 'write',
    summary: 'The latest imports of statistics, newest first',
    answers: { 200: object({ imports: Type.Array(Import) }) },
  },
  importFile: {
    access: 'write',
    audited: { values: 'route' },
    summary:
      'Imports a CSV file or a workbook (XLSX) of statistics; `vintage` is the year of its communes, `period` that of its values',
    query: {
      flow: text({ max: 60, required: true }),
      vintage: wholeNumber({ ...YEAR, required: true }),
      period: wholeNumber(YEAR),
    },
    body: media('text/csv'),
    bodyLimit: FILE_BYTES,
    answers: { 202: Import },
    example: { query: { flow: 'insee-housing', vintage: 2024 }, body: CSV },
  },
  communeMoves: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Replaces the list of merged communes by the official file v_mvt_commune',
    body: media('text/csv'),
    bodyLimit: FILE_BYTES,
    answers: { 200: object({ moves: Type.Integer() }) },
  },
});

const INDICATOR = {
  title: { fr: 'Lampes', en: 'Lamps', de: 'Lampen', lb: 'Luuchten' },
  definition: { fr: 'Lampes', en: 'Lamps', de: 'Lampen', lb: 'Luuchten' },
  theme: 'energy',
  unit: { fr: 'lampes', en: 'lamps', de: 'Lampen', lb: 'Luuchten' },
  better: 'neither',
  inputs: { lamps: { entities: { type: 'Streetlight', measure: 'count' } } },
  numerator: 'lamps',
  isCount: false,
  isAddable: true,
  digits: 0,
  answers: 'Lighting',
} as const;

/** Indicators: what a number means, and what it is in each commune. */
export const indicatorContract = contract(INDICATORS, {
  list: {
    access: 'read',
    summary: 'The indicators with their values by commune',
    answers: { 200: object({ indicators: Type.Array(IndicatorShown) }) },
  },
  one: {
    access: 'read',
    summary: 'An indicator with the history of its values',
    params: PARAMS,
    answers: { 200: IndicatorShown },
    example: { params: { id: 'lamps' } },
  },
  save: {
    access: 'administer',
    audited: { values: 'route' },
    summary:
      'Creates or replaces an indicator, which is computed with the rights of the product; `version` is the version that was edited, 0 for a new one',
    params: PARAMS,
    query: { version: VERSION },
    body: Indicator,
    answers: { 200: object({ version: Type.Integer() }), 201: object({ version: Type.Integer() }) },
    example: { params: { id: 'our-lamps' }, body: INDICATOR },
  },
  remove: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Deletes an indicator of your own; the values stay',
    params: PARAMS,
    answers: { 204: null },
    example: { params: { id: 'our-lamps' } },
  },
  compute: {
    access: 'administer',
    summary: 'Computes all indicators now',
    answers: { 202: null },
  },
});

const NAMES = { fr: 'Lampes', en: 'Lamps', de: 'Lampen', lb: 'Luuchten' };
const MODEL = {
  title: NAMES,
  summary: NAMES,
  authors: 'A planner',
  licence: 'EUPL-1.2',
  levers: [{ id: 'lamps', title: NAMES, unit: '1', min: 0, max: 100, default: 10 }],
  factors: [],
  equations: [{ id: 'double', unit: '1', is: '2 * lamps' }],
  outputs: [{ id: 'double', title: NAMES, is: 'double', when: 'state', better: 'more' }],
  main: 'double',
  assumptions: [],
  notFor: [NAMES],
  golden: [{ title: 'Five', levers: { lamps: 5 }, expected: { double: 10 }, tolerance: 0, origin: 'By hand' }],
} as const;
const ModelShown = object({
  id: DocumentId,
  model: Model,
  version: Type.Integer(),
  isReady: Type.Boolean({ description: 'It comes with the product' }),
  isOwn: Type.Boolean(),
  defaults: byName(Type.Number(), { description: 'Of the levers, from the data of the territory' }),
  today: byName(Type.Number(), { description: 'Of the levers, if nothing is done' }),
});
const Check = object({
  faults: Type.Array(object({ field: Type.String(), message: Type.String() })),
  golden: Type.Array(
    object({
      title: Type.String(),
      checks: Type.Array(
        object({ name: Type.String(), expected: Type.Number(), got: Type.Number(), isMet: Type.Boolean() }),
      ),
    }),
  ),
});

/** Simulation models, which are documents. */
export const modelContract = contract(MODELS, {
  list: {
    access: 'read',
    summary: 'The simulation models, those of the product and your own',
    answers: { 200: object({ models: Type.Array(ModelShown) }) },
  },
  one: {
    access: 'read',
    summary: 'A simulation model: levers, factors with sources, equations, outputs, golden examples',
    params: PARAMS,
    answers: { 200: ModelShown },
    example: { params: { id: 'trees' } },
  },
  check: {
    access: 'read',
    onlyReads: true,
    summary: 'Checks a model: names, units, cycles and its golden examples',
    body: Model,
    answers: { 200: Check },
    example: { body: MODEL },
  },
  save: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Creates or replaces a model of your own, if its golden examples are met',
    params: PARAMS,
    query: { version: VERSION },
    body: Model,
    answers: { 200: object({ version: Type.Integer() }), 201: object({ version: Type.Integer() }) },
    example: { params: { id: 'double' }, body: MODEL },
  },
  remove: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Deletes a model of your own',
    params: PARAMS,
    answers: { 204: null },
    example: { params: { id: 'double' } },
  },
});

/** Indicators beside each other. */
export const crossingContract = contract(CROSSINGS, {
  cross: {
    access: 'read',
    summary: 'Two indicators in each commune, with their correlation and what chance alone would give',
    query: { a: text({ max: 60, required: true }), b: text({ max: 60, required: true }) },
    answers: { 200: Crossing },
    example: { query: { a: 'lamps', b: 'reports' } },
  },
  difference: {
    access: 'read',
    summary: 'Before and after a change in some communes, against the others: a difference in differences',
    query: {
      indicator: text({ max: 60, required: true }),
      changed: listOf(text({ max: 100, required: true }), { max: 200, required: true }),
      from: text({ max: 10, required: true }),
    },
    answers: { 200: Difference },
    example: { query: { indicator: 'damages', changed: ['thil'], from: '2024' } },
  },
});

/** Collectivities beside each other. */
export const comparisonContract = contract(COMPARISON, {
  compare: {
    access: 'read',
    summary: 'The indicators of this collectivity beside those that others of the installation let it see',
    answers: { 200: Comparison },
  },
  share: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Sets which indicators of this collectivity the others may see; those left out are withdrawn at once',
    body: Shared,
    answers: { 200: Shared },
    example: { body: { indicators: ['lamps'] } },
  },
});

const AROUND = { mode: 'walk', minutes: 15, from: [5.93, 49.47] } as const;

/** Who reaches what, along the streets and by the timetables. */
export const reachContract = contract(REACH, {
  around: {
    access: 'read',
    onlyReads: true,
    summary: 'What is reached from a place on foot, by bicycle or by bus: streets by minutes, people, places',
    body: ReachAsked,
    answers: { 200: Reach },
    example: { body: AROUND },
  },
  people: {
    access: 'read',
    onlyReads: true,
    summary: 'How many people reach a stop, a school and others within some minutes, by cells of 200 m',
    body: PeopleAsked,
    answers: { 200: PeopleReach },
    example: { body: { mode: 'walk', minutes: 15, kinds: ['school', 'stop'] } },
  },
});

export type CrossingContract = typeof crossingContract;
export type ComparisonContract = typeof comparisonContract;
export type ReachContract = typeof reachContract;
export type StatisticsContract = typeof statisticsContract;
export type IndicatorContract = typeof indicatorContract;
export type ModelContract = typeof modelContract;
export type ModelShown = Value<typeof ModelShown>;
export type ModelCheck = Value<typeof Check>;
export type Named = Value<typeof Words>;
