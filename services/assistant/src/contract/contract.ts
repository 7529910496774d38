import { byName, contract, identifier, object, Type, text, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { ASSISTANT } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Schema = Type.Unknown({ description: 'The JSON Schema of its arguments' });
const About = object({
  tools: object({
    isOn: Type.Boolean(),
    url: Type.String({ description: 'For clients' }),
    mayPropose: Type.Boolean(),
    names: Type.Array(object({ name: Type.String(), title: Type.String(), description: Type.String() })),
  }),
  questions: object({
    isOn: Type.Boolean(),
    model: Type.Optional(Type.String()),
    host: Type.Optional(Type.String()),
    tools: Type.Array(object({ name: Type.String(), title: Type.String(), input: Schema })),
  }),
});

const REQUEST = {
  request: Type.String({ description: 'Of HTTP, `GET /ngsi-ld/v1/entities?type=…`, with its body if it has one' }),
  isError: Type.Boolean(),
};
const QuestionCall = object(
  {
    tool: Type.String(),
    input: Type.Unknown(),
    ...REQUEST,
    output: Type.String({ description: 'JSON, as the model got it, and a line that says what was left out' }),
  },
  'A query of the model, which a person can inspect, change and run again',
);
const ToolResult = object({
  ...REQUEST,
  output: Type.String({ description: 'JSON' }),
  count: Type.Optional(Type.Integer({ description: 'The total of a list' })),
  cut: Type.Optional(
    object(
      { rows: Type.Optional(Type.Integer()), characters: Type.Optional(Type.Integer()) },
      'How many were left out',
    ),
  ),
});
const Answer = object({
  answer: Type.String(),
  model: Type.String(),
  calls: Type.Array(QuestionCall),
  sent: Type.Array(Type.Object({ role: Type.String(), content: Type.Union([Type.String(), Type.Null()]) }), {
    description: 'All messages to the model in order, in the format of OpenAI’s chat completions',
  }),
  output: Type.String({
    description: 'By which the register of AI uses accepts feedback on the answer; "": outputs are not recorded',
  }),
});

const ANY = byName(Type.Unknown());
const Proposal = object({
  id: Type.String(),
  kind: Type.Enum(['attributes', 'work-order']),
  entity: Type.Optional(Type.String()),
  change: ANY,
  reason: Type.String(),
  proposedBy: Type.String(),
  client: Type.Optional(Type.String({ description: 'The program that proposes' })),
  proposedAt: Instant,
  state: Type.Enum(['open', 'confirmed', 'refused', 'expired']),
  decidedBy: Type.Optional(Type.String()),
  decidedAt: Type.Optional(Instant),
});
const ShownProposal = object({
  ...Proposal.properties,
  entityName: Type.Optional(Type.String()),
  now: Type.Optional(
    byName(Type.Unknown(), {
      description: 'The current values of the attributes that would change',
    }),
  ),
});
const BY_ID = { params: { id: text({ max: 64 }) }, access: 'write' } as const;

/** The assistant: what it can do, questions in words, and proposals that people decide on. */
export const assistantContract = contract(ASSISTANT, {
  about: {
    access: 'read',
    summary: 'Whether the assistant is on, its endpoint for clients, and its tools',
    answers: { 200: About },
  },
  ask: {
    access: 'read',
    summary:
      'Answers a question in natural language with the configured model, and lists the queries made and everything sent to the model',
    body: object({
      question: Type.String({ minLength: 3, maxLength: 500 }),
      language: Type.Optional(Type.Enum(LANGUAGES)),
    }),
    answers: { 200: Answer },
    example: { body: { question: 'How many lamps are out?', language: 'en' } },
  },
  runTool: {
    access: 'read',
    summary: 'Runs a tool of the assistant; `GET /assistant` describes the arguments',
    params: { name: identifier() },
    body: ANY,
    answers: { 200: ToolResult },
    example: { params: { name: 'list_types' }, body: {} },
  },
  proposals: {
    access: 'write',
    summary: 'Proposals of assistants, pending ones first',
    answers: {
      200: object({
        mayDecide: Type.Boolean({ description: 'Only people can, in the portal' }),
        proposals: Type.Array(ShownProposal),
      }),
    },
  },
  confirm: {
    ...BY_ID,
    summary: 'Executes a proposal with the rights of the person who confirms it',
    answers: { 200: object({ state: Type.Literal('confirmed') }) },
  },
  refuse: {
    ...BY_ID,
    summary: 'Refuses a proposal without changing anything',
    answers: { 200: object({ state: Type.Literal('refused') }) },
  },
});

export type AssistantContract = typeof assistantContract;
export type QuestionCall = Value<typeof QuestionCall>;
export type QuestionAnswer = Value<typeof Answer>;
export type ToolResult = Value<typeof ToolResult>;
export type Proposal = Value<typeof Proposal>;
export type ShownProposal = Value<typeof ShownProposal>;
