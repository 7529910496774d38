import { contract, identifier, media, object, oneOf, Type, text, wholeNumber } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { Model } from './model.ts';
import { SCENARIOS } from './paths.ts';
import { Comment, Explanation, KeptScenario, Publication, Scenario, Simulated, Simulation } from './scenario.ts';

const PARAMS = { id: identifier() };
const VERSION = wholeNumber({ min: 0, max: 1_000_000_000, default: 0 });
const SIMULATION = {
  model: 'trees',
  variants: [{ name: '500', levers: { trees: 500 } }],
  years: 20,
  discountRate: 0.032,
  seed: 1,
  draws: 2000,
  goals: [],
};
const OWN = { params: PARAMS, example: { params: { id: 'trees' } } } as const;

/** Scenarios: variants of a model beside each other. */
export const scenarioContract = contract(SCENARIOS, {
  simulate: {
    access: 'read',
    onlyReads: true,
    summary: 'Simulates up to four variants of a model beside "as today", with the uncertainty of its factors',
    body: Simulation,
    answers: { 200: Simulated },
    example: { body: SIMULATION },
  },
  explain: {
    access: 'read',
    summary: 'Why a number of a variant is what it is: formulas, parts and sources',
    query: { name: text({ max: 40, required: true }) },
    body: Simulation,
    answers: { 200: object({ parts: Type.Array(Explanation) }) },
    example: { query: { name: 'cooling' }, body: SIMULATION },
  },
  list: {
    access: 'read',
    summary: 'The scenarios that you may see',
    answers: { 200: object({ scenarios: Type.Array(KeptScenario) }) },
  },
  one: { ...OWN, access: 'read', summary: 'A scenario with its comments', answers: { 200: KeptScenario } },
  save: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Creates or replaces a scenario; `version` is the version that was edited, 0 for a new one',
    params: PARAMS,
    query: { version: VERSION },
    body: Scenario,
    answers: { 200: KeptScenario, 201: KeptScenario },
    example: { params: { id: 'trees-centre' }, body: { title: 'Trees', question: 'How many?', ...SIMULATION } },
  },
  remove: {
    ...OWN,
    access: 'write',
    audited: { values: 'route' },
    summary: 'Deletes a scenario',
    answers: { 204: null },
  },
  versions: {
    ...OWN,
    access: 'read',
    summary: 'Earlier versions of a scenario, newest first',
    answers: {
      200: object({
        versions: Type.Array(
          object({ version: Type.Integer(), changedAt: Type.String({ format: 'date-time' }), scenario: Scenario }),
        ),
      }),
    },
  },
  comment: {
    access: 'read',
    audited: { values: 'body' },
    summary: 'Adds a comment to a scenario',
    params: PARAMS,
    body: Comment,
    answers: { 201: KeptScenario },
    example: { params: { id: 'trees' }, body: { text: 'And in the south?' } },
  },
  share: {
    ...OWN,
    access: 'administer',
    summary: 'Shares a scenario and its results by a link, also with people without an account',
    answers: { 200: object({ link: Type.String() }) },
  },
  publish: {
    access: 'administer',
    audited: { values: 'body' },
    summary:
      'Publishes the present version: each figure of each variant is an entity, and a row of an open dataset, whose `contact` the first publication names',
    params: PARAMS,
    body: Publication,
    answers: {
      200: object({
        version: Type.Integer(),
        figures: Type.Integer(),
        dataset: Type.Optional(
          Type.String({ description: 'Absent: it was withdrawn, or there are no open data here' }),
        ),
      }),
    },
    example: {
      params: { id: 'trees' },
      body: { contact: { name: 'Urban planning', email: 'planning@example.org' } },
    },
  },
  withdraw: {
    ...OWN,
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Withdraws what was published of a scenario',
    answers: { 204: null },
  },
  unshare: { ...OWN, access: 'administer', summary: 'Revokes the link of a scenario', answers: { 204: null } },
  shared: {
    access: 'nothing',
    anyTenant: true,
    summary: 'A scenario that was shared by a link, with its results',
    params: { link: identifier() },
    answers: {
      200: object({
        scenario: Scenario,
        result: Simulated,
        model: Model,
        changedAt: Type.String({ format: 'date-time' }),
      }),
    },
    example: { params: { link: 'demo' } },
  },
  sharedPdf: {
    access: 'nothing',
    anyTenant: true,
    summary: 'A scenario that was shared by a link, on a page, as an accessible PDF',
    params: { link: identifier() },
    query: { language: oneOf(LANGUAGES, { default: 'fr' }) },
    answers: { 200: media('application/pdf') },
    example: { params: { link: 'demo' } },
  },
  pdf: {
    ...OWN,
    access: 'read',
    summary: 'A scenario on a page, as an accessible PDF',
    query: { language: oneOf(LANGUAGES, { default: 'fr' }) },
    answers: { 200: media('application/pdf') },
  },
});

export type ScenarioContract = typeof scenarioContract;
