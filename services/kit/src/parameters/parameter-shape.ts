import type { ParameterReader, Present } from './readers.ts';

/** The known parameters of a route, by name. */
export interface ParameterShape {
  readonly [name: string]: ParameterReader<unknown>;
}

/** The parsed values, by name. */
export type Values<Shape extends ParameterShape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends ParameterReader<infer T>
    ? Shape[Name] extends Present<T>
      ? T
      : T | undefined
    : never;
};
