import {
  type Answers,
  type CompiledForm,
  isShown,
  type Settled,
  sectionsOf,
  settle,
} from '@alzette/procedures/answers';
import type { Field, Texts } from '@alzette/procedures/contract';
import type { ShownField } from './field.ts';

/** A page of a form: its shown fields, and texts between them. */
export interface Step {
  readonly id: string;
  readonly title: Texts;
  readonly text?: Texts | undefined;
  readonly fields: readonly ShownField[];
}

/** What is wrong, in the language of the reader, by the place of the answer. */
export type Errors = Readonly<Record<string, string>>;

/** The form as it is with these answers: conditions and calculations are those of the server. */
export function settleForm(form: CompiledForm, answers: Answers): Settled {
  return settle(sectionsOf(form), answers);
}

/** The pages that are shown, with what is computed and what is wrong. A page without fields and texts is left out. */
export function stepsOf(form: CompiledForm, given: Answers, { answers, shown }: Settled, errors: Errors): Step[] {
  const values = { answers, fieldOf: (id: string) => form.schema.properties[id]?.['x-field'] };
  const isThere = (rule?: { readonly condition: Parameters<typeof isShown>[0] }) => isShown(rule?.condition, values);
  return form.uiSchema.elements.flatMap(({ id, label: title, text, rule, elements }) => {
    if (!isThere(rule)) return [];
    const fields = elements.flatMap((element): ShownField[] => {
      if (element.type === 'Label') return isThere(element.rule) ? [readingOf(element.id, element.text)] : [];
      const path = element.scope.slice('#/properties/'.length);
      const field = form.schema.properties[path]?.['x-field'];
      if (field === undefined || !shown.has(path)) return [];
      return [shownField(path, field, (field.kind === 'computed' ? answers : given)[path], errors)];
    });
    return fields.length === 0 ? [] : [{ id, title, text, fields }];
  });
}

const readingOf = (id: string, label: Texts): ShownField => ({
  path: id,
  field: { id, kind: 'reading', label },
  value: undefined,
});

/** The shown fields of a row of a repeated part. */
export function rowOf(part: ShownField, row: number, { answers, shown }: Settled, errors: Errors): ShownField[] {
  return (part.field.fields ?? []).flatMap((field) => {
    const path = `${part.path}.${row}.${field.id}`;
    if (field.kind === 'reading') return [readingOf(path, field.label)];
    const rows = field.kind === 'computed' ? answers[part.path] : part.value;
    const value = (rows as readonly Answers[] | undefined)?.[row]?.[field.id];
    return shown.has(path) ? [shownField(path, field, value, errors)] : [];
  });
}

const shownField = (path: string, field: Field, value: unknown, errors: Errors): ShownField => ({
  path,
  field,
  value,
  error: errors[path],
});

/** The answers with another value at a place, e.g. `objects.0.kind`. What is undefined is left out. */
export function withAnswer(answers: Answers, path: string, value: unknown): Answers {
  const [first = '', ...rest] = path.split('.');
  const [row, member] = rest;
  if (row === undefined || member === undefined) return withMember(answers, first, value);
  const rows = [...((answers[first] ?? []) as readonly Answers[])];
  rows[Number(row)] = withMember(rows[Number(row)] ?? {}, member, value);
  return { ...answers, [first]: rows };
}

function withMember(all: Answers, name: string, value: unknown): Answers {
  const { [name]: _before, ...others } = all;
  return value === undefined ? others : { ...others, [name]: value };
}

/** A form of one page, as the server compiles it, for fields that no procedure has. */
export function formOfPage(id: string, label: Texts, fields: readonly Field[]): CompiledForm {
  return {
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field.id, { 'x-kind': field.kind, 'x-field': field }])),
      required: [],
      additionalProperties: false,
    },
    uiSchema: {
      type: 'Categorization',
      elements: [
        {
          type: 'Category',
          id,
          label,
          elements: fields.map((field) => ({ type: 'Control', scope: `#/properties/${field.id}` as const })),
        },
      ],
    },
  };
}
