import type { Answers, CompiledForm, Field, Section } from '../contract/form.ts';
import { calculate, isEmpty, isShown, type Values } from './conditions.ts';

/** The sections of a compiled form, as `settle` and `faultsOf` take them. */
export function sectionsOf({ schema, uiSchema }: CompiledForm): Section[] {
  return uiSchema.elements.map(({ id, label, text, rule, elements }) => ({
    id,
    title: label,
    ...(text && { text }),
    ...(rule && { when: rule.condition }),
    fields: elements.flatMap((element): Field[] => {
      if (element.type === 'Label') return [];
      const field = schema.properties[element.scope.slice('#/properties/'.length)]?.['x-field'];
      return field === undefined ? [] : [field];
    }),
  }));
}

export interface Settled {
  /** Without what is hidden or empty, and with what is computed. */
  readonly answers: Answers;
  /** The shown fields, in the order of the form. Those of rows are named `objects.0.count`. */
  readonly shown: ReadonlySet<string>;
}

/**
 * Applies the conditions and calculations of a form. Fields are settled in their order, so each sees those before it: what
 * depends on a hidden field sees it empty.
 */
export function settle(sections: readonly Section[], given: Answers): Settled {
  const byId = new Map(sections.flatMap(({ fields }) => fields).map((field) => [field.id, field]));
  const answers: Record<string, unknown> = {};
  const shown = new Set<string>();
  const values: Values = { answers, fieldOf: (id) => byId.get(id) };
  for (const { when, fields } of sections) {
    if (!isShown(when, values)) continue;
    for (const field of fields) {
      if (!isShown(field.when, values)) continue;
      shown.add(field.id);
      const value =
        field.kind === 'repeated'
          ? settleRows(field, given[field.id], values, shown)
          : settledValue(field, given, values);
      if (!isEmpty(value)) answers[field.id] = value;
    }
  }
  return { answers, shown };
}

function settleRows(field: Field, given: unknown, around: Values, shown: Set<string>): unknown {
  if (!Array.isArray(given)) return given;
  const own = new Map((field.fields ?? []).map((each) => [each.id, each]));
  return given.map((rowGiven: unknown, n) => {
    if (typeof rowGiven !== 'object' || rowGiven === null || Array.isArray(rowGiven)) return rowGiven;
    const row: Record<string, unknown> = {};
    const values: Values = { answers: around.answers, row, fieldOf: (id) => own.get(id) ?? around.fieldOf(id) };
    for (const each of own.values()) {
      if (!isShown(each.when, values)) continue;
      shown.add(`${field.id}.${n}.${each.id}`);
      const value = settledValue(each, rowGiven as Answers, values);
      if (!isEmpty(value)) row[each.id] = value;
    }
    return row;
  });
}

function settledValue(field: Field, given: Answers, values: Values): unknown {
  if (field.kind === 'reading') return undefined;
  if (field.kind !== 'computed') return Object.hasOwn(given, field.id) ? given[field.id] : undefined;
  return field.value === undefined ? undefined : calculate(field.value, values, field.decimals);
}
