import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { byName, InAllLanguages, object, Type, type Value } from '../contract/contract.ts';
import type { Judge } from '../objects/objects.ts';

/** What a figure is, in words: a document of the service that computes it. */
export const FigureDefinition = object({
  title: InAllLanguages,
  definition: { ...InAllLanguages, description: 'What is counted or measured, and what is not' },
  source: { ...InAllLanguages, description: 'Where the values come from' },
  form: Type.Enum(['count', 'share', 'amount'], { description: 'A share is from 0 to 1' }),
  unit: Type.Optional(InAllLanguages),
  about: Type.String({ description: 'The type of the entities: who may read none of them does not get the figure' }),
});
export type FigureDefinition = Value<typeof FigureDefinition>;
export const FigureDefinitions = byName(FigureDefinition);
export type FigureDefinitions = Value<typeof FigureDefinitions>;

const Day = Type.String({ format: 'date' });
export const FigureReading = object({
  value: Type.Number(),
  before: Type.Optional(Type.Number({ description: 'In the period before, of the same length' })),
  coverage: Type.Optional(Type.Number({ description: 'The share of the park that was measured, from 0 to 1' })),
  from: Type.Optional({ ...Day, description: 'The first night, if the figure is of a period' }),
  to: Type.Optional({ ...Day, description: 'The last night' }),
});
export type FigureReading = Value<typeof FigureReading>;

/** A figure with its value; without one, there is none for this reader or place. */
export const Figure = object({
  name: Type.String(),
  ...FigureDefinition.properties,
  reading: Type.Optional(FigureReading),
});
export type Figure = Value<typeof Figure>;

export interface AskedFigures {
  readonly tenant: string;
  /** The scope of a commune, e.g. `/Villerupt`; undefined: the whole territory. */
  readonly scope: string | undefined;
  /** With the rights of the reader. */
  readonly client: NgsiLdClient;
  /** The rights of the reader; undefined: the product itself. */
  readonly judge: Judge | undefined;
}

/** Figures that a service computes. */
export interface FigureSource {
  readonly definitions: FigureDefinitions;
  /** Those that have a value for the reader, by name. */
  read(asked: AskedFigures): Promise<Readonly<Record<string, FigureReading>>>;
}

/** The catalogue of figures: each is computed here, and read by every page, dashboard and report. */
export interface FigurePort {
  /** Must be called while the services start. @throws Error: a name is taken */
  declare(source: FigureSource): void;
  read(asked: AskedFigures): Promise<Figure[]>;
}
