import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { FormDescriptor, FormField } from '@alzette/ngsi-ld-schemas/models';
import { readAttribute } from '../../entities/attribute.ts';

/** Kinds of fields that a person fills in; others come from devices, or have their own pages. */
const BY_HAND = new Set(['text', 'paragraph', 'number', 'slider', 'switch', 'choice', 'date', 'link', 'email']);

export type Draft = Readonly<Record<string, string>>;

/** The model's editable fields: no measures, because the next message would overwrite them. */
export function editableFields({ fields }: FormDescriptor, entity: Entity): FormField[] {
  return fields.filter(
    ({ name, widget, many }) => BY_HAND.has(widget) && !many && readAttribute(entity[name]).observedAt === undefined,
  );
}

/** The current values, as texts. */
export function draftOf(fields: readonly FormField[], entity: Entity): Draft {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const { value } = readAttribute(entity[name]);
      return [name, value === undefined || value === null || typeof value === 'object' ? '' : String(value)];
    }),
  );
}

export type Fault = 'required' | 'number' | 'minimum' | 'maximum' | 'choice' | 'link' | 'email';

/** Validates a text in a field. */
export function faultOf(field: FormField, text: string): Fault | undefined {
  if (text.trim() === '') return field.required ? 'required' : undefined;
  if (field.widget === 'number' || field.widget === 'slider')
    return faultOfNumber(field, Number(text.replace(',', '.')));
  if (field.choices && !field.open && !field.choices.map(String).includes(text)) return 'choice';
  if (field.widget === 'link' && !URL.canParse(text)) return 'link';
  if (field.widget === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) return 'email';
  return undefined;
}

function faultOfNumber({ minimum, maximum }: FormField, value: number): Fault | undefined {
  if (Number.isNaN(value)) return 'number';
  if (minimum !== undefined && value < minimum) return 'minimum';
  if (maximum !== undefined && value > maximum) return 'maximum';
  return undefined;
}

/**
 * The changes as a fragment for Merge Entity (5.6.17). An emptied attribute becomes `urn:ngsi-ld:null`, which deletes
 * it.
 */
export function fragmentOf(fields: readonly FormField[], before: Draft, after: Draft): Record<string, unknown> {
  const changed = fields.filter(({ name }) => (before[name] ?? '').trim() !== (after[name] ?? '').trim());
  return Object.fromEntries(
    changed.map((field) => {
      const text = (after[field.name] ?? '').trim();
      if (text === '') return [field.name, { type: 'Property', value: 'urn:ngsi-ld:null' }];
      return [
        field.name,
        { type: 'Property', value: typedValue(field, text), ...(field.unit && { unitCode: field.unit }) },
      ];
    }),
  );
}

function typedValue({ widget, choices }: FormField, text: string): unknown {
  if (widget === 'number' || widget === 'slider') return Number(text.replace(',', '.'));
  if (widget === 'switch') return text === 'true';
  return choices?.find((choice) => String(choice) === text) ?? text;
}
