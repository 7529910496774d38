import type { Field, Form, Kind, Section } from '@alzette/procedures/contract';

/** The kinds in the order in which they are offered: the usual ones first. */
export const KINDS = [
  'text',
  'longText',
  'oneOf',
  'severalOf',
  'yesNo',
  'confirmation',
  'number',
  'integer',
  'money',
  'date',
  'time',
  'dateTime',
  'period',
  'email',
  'phone',
  'address',
  'commune',
  'place',
  'file',
  'signature',
  'reading',
  'parcel',
  'iban',
  'siren',
  'siret',
  'rna',
  'luVat',
  'luMatricule',
  'rcs',
  'deVat',
] as const satisfies readonly Kind[];

/** Fields by which others can be shown or hidden, those before a field first: conditions look back. */
export function fieldsBefore(form: Form, id: string): readonly Field[] {
  const all = form.sections.flatMap(({ fields }) => fields);
  const at = all.findIndex((field) => field.id === id);
  return all.slice(0, at).filter(({ kind }) => kind !== 'reading');
}

export function addField(form: Form, section: string, kind: Kind, label: string): Form {
  const field: Field = {
    id: freeId(form, kind),
    kind,
    label: { fr: label },
    ...((kind === 'oneOf' || kind === 'severalOf') && { options: [{ value: 'a', label: { fr: label } }] }),
  };
  return inSection(form, section, (fields) => [...fields, field]);
}

export function addSection(form: Form, title: string, label: string): Form {
  const id = freeId(form, 'part');
  const first: Field = { id: freeId(form, 'text'), kind: 'text', label: { fr: label } };
  return { sections: [...form.sections, { id, title: { fr: title }, fields: [first] }] };
}

export function changeField(form: Form, id: string, change: Partial<Field>): Form {
  return everyField(form, (fields) =>
    fields.map((field) => (field.id === id ? cleaned({ ...field, ...change }) : field)),
  );
}

export function changeSection(form: Form, id: string, change: Partial<Section>): Form {
  return {
    sections: form.sections.map((section) => (section.id === id ? cleaned({ ...section, ...change }) : section)),
  };
}

/** Without the field, and without conditions that look at it. A section that has no other goes with it. */
export function removeField(form: Form, id: string): Form {
  const isAbout = (when: Field['when']) => JSON.stringify(when ?? '').includes(`"field":"${id}"`);
  const others = everyField(form, (fields) =>
    fields
      .filter((field) => field.id !== id)
      .map((field) => (isAbout(field.when) ? cleaned({ ...field, when: undefined as never }) : field)),
  );
  return { sections: others.sections.filter(({ fields }) => fields.length > 0) };
}

/** One place up or down; over the edge of a section into the next one. */
export function moveField(form: Form, id: string, by: -1 | 1): Form {
  const at = form.sections.findIndex(({ fields }) => fields.some((field) => field.id === id));
  const section = form.sections[at];
  const field = section?.fields.find((each) => each.id === id);
  if (section === undefined || field === undefined) return form;
  const place = section.fields.indexOf(field) + by;
  const others = section.fields.filter((each) => each !== field);
  if (place >= 0 && place < section.fields.length) {
    return changeSection(form, section.id, { fields: others.toSpliced(place, 0, field) });
  }
  const next = form.sections[at + by];
  if (next === undefined || others.length === 0) return form;
  const moved = by < 0 ? [...next.fields, field] : [field, ...next.fields];
  return changeSection(changeSection(form, section.id, { fields: others }), next.id, { fields: moved });
}

function inSection(form: Form, id: string, change: (fields: readonly Field[]) => Field[]): Form {
  return { sections: form.sections.map((each) => (each.id === id ? { ...each, fields: change(each.fields) } : each)) };
}

function everyField(form: Form, change: (fields: readonly Field[]) => Field[]): Form {
  return { sections: form.sections.map((section) => ({ ...section, fields: change(section.fields) })) };
}

/** Without members that are undefined, which JSON does not have. */
function cleaned<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

function freeId(form: Form, stem: string): string {
  const taken = new Set(form.sections.flatMap(({ id, fields }) => [id, ...fields.map((field) => field.id)]));
  let n = 1;
  while (taken.has(`${stem}${n}`)) n++;
  return `${stem}${n}`;
}
