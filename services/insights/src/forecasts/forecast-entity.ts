import { instantOf, type LocalDays } from '@alzette/kit/calendar';
import type { ChosenForecast } from '@alzette/kit/forecasting';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Asset } from '../assets/read-assets.ts';
import type { ForecastTarget } from '../assets/target.ts';

export const FORECAST_TYPE = 'Forecast';

/** A forecast of an attribute of an entity, as it is kept and written. */
export interface MadeForecast {
  readonly asset: Asset;
  readonly target: ForecastTarget;
  readonly forecast: ChosenForecast;
  /** Beginnings of the steps, milliseconds since 1970, with what is expected in each or, of levels, at its end. */
  readonly points: readonly (readonly [at: number, value: number, low: number, high: number])[];
  /** Days of history that it rests on. */
  readonly days: number;
  readonly madeAt: number;
}

/** What a forecast rests on, and how good it was on days that were held back, as its entity says. */
export interface ForecastMethod {
  /** What is forecast, such as `parking`. */
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

/** The same for an asset and an attribute. */
export function forecastIdOf(asset: string, attribute: string): string {
  return `urn:ngsi-ld:Forecast:${asset.replace(/^urn:ngsi-ld:/, '')}:${attribute}`;
}

/** When steps begin. @param at steps since 1970, local */
export function instantsOf(steps: readonly number[], perDay: number, localDays: LocalDays): number[] {
  return steps.map((step) => instantOf(step / perDay, localDays));
}

/** The entity of a forecast: beside the asset, whose measured attributes stay as they are. */
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
