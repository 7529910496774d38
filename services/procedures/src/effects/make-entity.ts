import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { type Attribute, accessBadge, type Model, modelOfType } from '@alzette/ngsi-ld-schemas/models';
import { addDays } from '../clock/deadline.ts';
import type { Answers } from '../contract/contract.ts';
import type { Effect } from '../contract/procedure.ts';

/** The dossier is named even where a model does not foresee it. */
const NAMES_DOSSIER = { refServiceCase: accessBadge.attributes.refServiceCase } as const;

export type EntityEffect = Effect & { readonly does: 'entity' };

export interface Made {
  readonly tenant: string;
  readonly client: NgsiLdClient;
  readonly effect: EntityEffect;
  readonly reference: string;
  /** The title of the procedure. */
  readonly title: string;
  readonly scope: readonly string[];
  readonly serviceCase: string;
  readonly answers: Answers;
  /** Local. */
  readonly today: string;
  /** An address, asset or geometry as a geometry. */
  placeOf(answer: unknown): Promise<unknown>;
  /** A local day or time as an instant. */
  instantOf(local: string): string;
}

/** Makes an entity of a decision, once for each request. @returns its id. @throws Error: the broker refuses it */
export async function makeEntity(made: Made): Promise<string> {
  const { tenant, client, effect, reference, title, scope, serviceCase } = made;
  const model = modelOfType(effect.type);
  if (model === undefined) throw new Error(`there is no model ${effect.type}`);
  const id = entityId(effect.type, reference);
  const named: Record<string, unknown> = {
    name: { type: 'Property', value: `${title} (${reference})` },
    refServiceCase: { type: 'Relationship', object: serviceCase },
  };
  for (const [name, value] of Object.entries(await valuesOf(made))) named[name] = attributeOf(model, name, value, made);
  const scoped = scope.length > 0 && { scope: [...scope] };
  await client
    .createEntity({ id, type: model.iri, ...scoped, ...inIris(model, named) } as Entity, { tenant })
    .catch(unless(409));
  const earlier = effect.replaces === undefined ? undefined : made.answers[effect.replaces];
  if (typeof earlier === 'string' && earlier !== '') {
    const end = inIris(model, { status: { type: 'Property', value: 'ended' } });
    await client.mergeEntity(entityId(effect.type, earlier.trim().toUpperCase()), end, { tenant }).catch(unless(404));
  }
  return id;
}

function entityId(type: string, reference: string): string {
  return `urn:ngsi-ld:${type}:${encodeURIComponent(reference)}`;
}

function unless(status: number) {
  return (error: unknown) => {
    if (!(error instanceof NgsiLdClientError && error.status === status)) throw error;
  };
}

/** What each attribute gets. What was not answered is left out. */
async function valuesOf({ effect, reference, title, answers, today, placeOf }: Made): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(effect.values)) {
    values[name] =
      typeof value === 'string' ? value.replace('{reference}', reference).replace('{procedure}', title) : value;
  }
  for (const [name, days] of Object.entries(effect.days ?? {})) values[name] = addDays(today, days);
  for (const [name, path] of Object.entries(effect.fields)) {
    const [field = '', end] = path.split('.');
    const answer = answers[field];
    if (answer === undefined) continue;
    const value = end === undefined ? answer : endOf(answer as Period, end);
    values[name] = name === 'location' ? await placeOf(value) : value;
  }
  return values;
}

interface Period {
  readonly from: string;
  readonly to: string;
}

/** An end of a period. Its last day ends at midnight. */
function endOf({ from, to }: Period, end: string): string {
  if (end === 'from') return from;
  return to.includes('T') ? to : `${to}T23:59`;
}

function attributeOf(model: Model, name: string, value: unknown, { instantOf }: Pick<Made, 'instantOf'>): unknown {
  const { kind, schema, unit } = model.attributes[name] as Attribute; // checked when it was published
  if (kind === 'GeoProperty') return { type: kind, value };
  if (schema.format === 'date') {
    return { type: 'Property', value: { '@type': 'Date', '@value': String(value).slice(0, 10) } };
  }
  if (schema.format === 'date-time') {
    return { type: 'Property', value: { '@type': 'DateTime', '@value': instantOf(String(value)) } };
  }
  return { type: 'Property', value, ...(unit !== undefined && { unitCode: unit }) };
}

/** With the IRIs of the model as names, so that it depends on no @context. */
function inIris(model: Model, named: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [{ ...NAMES_DOSSIER, ...model.attributes }[name]?.iri ?? name, value]),
  );
}
