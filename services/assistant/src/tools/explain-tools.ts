import { ENTITY_ID, pathWith, TYPE, text, tool, words } from './tool.ts';

interface AccessInput {
  readonly action?: string;
  readonly roles?: readonly string[];
  readonly organisation?: string;
  readonly type?: string;
  readonly id?: string;
  readonly attribute?: string;
}

/** Tools that explain a state. */
export const EXPLAIN_TOOLS = [
  tool<{ id: string; attribute: string }>({
    name: 'explain_value',
    title: 'Explain a value',
    description:
      'The origin of an attribute value: when it was observed and written, its unit, who provided it, and how it was produced.',
    properties: { id: ENTITY_ID, attribute: text('The name of an attribute', 500) },
    required: ['id', 'attribute'],
    request: ({ id, attribute }) => ({
      method: 'GET',
      path: pathWith(`/ngsi-ld/v1/entities/${encodeURIComponent(id)}`, { attrs: attribute, options: 'sysAttrs' }),
    }),
  }),
  tool<{ alarm: string }>({
    name: 'explain_alarm',
    title: 'Explain an alarm',
    description: 'Why there is an alarm: the rule at that time, and the values and the window that raised it.',
    properties: { alarm: ENTITY_ID },
    required: ['alarm'],
    request: ({ alarm }) => ({ method: 'GET', path: pathWith('/rules/explain', { alarm }) }),
  }),
  tool<{ rule: string; entity: string }>({
    name: 'explain_rule',
    title: 'Explain a rule for an entity',
    description: 'Why an entity has an alarm of a rule, or none: the current state of each condition.',
    properties: { rule: text('The id of a rule: list_rules returns them', 250), entity: ENTITY_ID },
    required: ['rule', 'entity'],
    request: ({ rule, entity }) => ({
      method: 'GET',
      path: pathWith(`/rules/${encodeURIComponent(rule)}/explain`, { entity }),
    }),
  }),
  tool<AccessInput>({
    name: 'explain_access',
    title: 'Explain who may do what',
    description:
      'Without arguments: who you are here and what you may do. With arguments (administrators only): why a person with these roles may or may not do something, policy by policy.',
    properties: {
      action: { enum: ['read', 'write', 'propose', 'administer'] },
      roles: words('Of whom', 20),
      organisation: text('Of whom', 64),
      type: TYPE,
      id: ENTITY_ID,
      attribute: text('An attribute', 500),
    },
    request: (input) => ({
      method: 'GET',
      path: Object.keys(input).length === 0 ? '/ops/access/me' : pathWith('/ops/access/explain', { ...input }),
    }),
  }),
];
