import { instantOf, type LocalDays } from '@alzette/kit/calendar';
import type { ChosenForecast } from '@alzette/kit/forecasting';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Asset } from '../assets/read-assets.ts';
import type { ForecastTarget } from '../assets/target.ts';

export const FORECAST_TYPE = 'Forecast';

/** A forecast of an attribute of an entity. */
export interface MadeForecast {
  readonly asset: Asset;
  readonly target: ForecastTarget;
  readonly forecast: ChosenForecast;
  /**
   * The start of each step in milliseconds since 1970, with the expected value of the step, or for levels at its end.
   */
  readonly points: readonly (readonly [at: number, value: number, low: number, high: number])[];
  /** Days of history that it is based on. */
  readonly days: number;
  readonly madeAt: number;
}

/** The basis of a forecast and its accuracy on held-back days, as its entity contains them. */
export interface ForecastMethod {
  /** The target, such as `parking`. */
  readonly group: string;
  readonly method: string;
  readonly isBaseline: boolean;
  readonly days: number;
  readonly promised: number;
  readonly coverage: number;
  /** Mean absolute errors, in the unit of the series. */
  readonly error: number;
  readonly baselineError: number;
  readonly cases: number;
}

/** The id of a forecast; equal for the same asset and attribute. */
export function forecastIdOf(asset: string, attribute: string): string {
  return `urn:ngsi-ld:Forecast:${asset.replace(/^urn:ngsi-ld:/, '')}:${attribute}`;
}

/** The starts of steps. @param at steps since 1970, local */
export function instantsOf(steps: readonly number[], perDay: number, localDays: LocalDays): number[] {
  return steps.map((step) => instantOf(step / perDay, localDays));
}

/** The entity of a forecast. It is separate from the asset, whose measured attributes are not changed. */
export function entityOf({ asset, target, forecast, points, days, madeAt }: MadeForecast, use: string, output: string) {
  const { method, isBaseline, promised, evaluation } = forecast;
  const [first, last] = [points[0], points.at(-1)];
  const property = (value: unknown) => ({ type: 'Property', value });
  const time = (at: number) => property({ '@type': 'DateTime', '@value': new Date(at).toISOString() });
  const entity: Entity = {
    id: forecastIdOf(asset.id, target.attribute),
    type: FORECAST_TYPE,
    ...(asset.scopes.length > 0 && { scope: [...asset.scopes] }),
    ...(asset.name !== undefined && { name: property(asset.name) }),
    forecastOf: { type: 'Relationship', object: asset.id },
    forecastAttribute: property(target.attribute),
    forecastKind: property(target.kind),
    forecastSeries: {
      ...property(points.map(([at, ...values]) => [new Date(at).toISOString(), ...values.map(rounded)])),
      ...(asset.unitCode !== undefined && { unitCode: asset.unitCode }),
    },
    forecastMethod: property({
      group: target.name,
      method,
      isBaseline,
      days,
      promised,
      coverage: rounded(evaluation.coverage),
      error: rounded(evaluation.error),
      baselineError: rounded(evaluation.baselineError),
      cases: evaluation.cases,
    } satisfies ForecastMethod),
    dateIssued: time(madeAt),
    validFrom: time(first?.[0] ?? madeAt),
    validTo: time(last?.[0] ?? madeAt),
    aiUse: property(use),
    aiOutput: property(output),
  };
  return entity;
}

export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}
