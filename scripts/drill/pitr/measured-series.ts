import type { Queryable } from '../../../broker/src/database/database.ts';

/** A numeric attribute of one entity, and how it is measured. */
export interface MeasuredSeries {
  readonly entityId: string;
  /** IRI. */
  readonly attribute: string;
  /** The members of an instance other than value and observedAt, as JSON without braces. */
  readonly members: string;
  readonly everyMinutes: number;
  /** The usual value in tenths. */
  readonly usual: number;
  /** The usual value by day in tenths; undefined: the same as by night. */
  readonly byDay?: number;
  readonly seed: number;
}

const SMART = 'https://smartdatamodels.org/dataModel.';
export const LAMP = `${SMART}Streetlighting/Streetlight`;
export const POWER = `${SMART}Streetlighting/powerConsumption`;
const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';

/** The interval of measurements in minutes, by type. All numeric attributes are measured; of lamps only the power. */
const MEASURED: { readonly [type: string]: number } = {
  [`${SMART}Streetlighting/StreetlightControlCabinet`]: 15,
  [`${SMART}WasteManagement/WasteContainer`]: 60,
  [`${SMART}Environment/AirQualityObserved`]: 15,
  [`${SMART}Environment/NoiseLevelObserved`]: 15,
  [`${SMART}Weather/WeatherObserved`]: 15,
  [`${SMART}Parking/OffStreetParking`]: 15,
  [`${SMART}PointOfInterest/PointOfInterest`]: 15,
  [`${SMART}Transportation/EVChargingStation`]: 15,
  [`${DEFAULT}TrafficFlowObserved`]: 15,
  [`${DEFAULT}SmartMeteringObservation`]: 30,
  [`${DEFAULT}WaterQualityObserved`]: 60,
};
const LAMP_EVERY = 15;
const LAMP_BY_NIGHT = 510;
const LAMP_BY_DAY = 6;
const LEAST_USUAL = 20;

const SELECT_SERIES = `
  SELECT DISTINCT ON (h.entity_id, h.attribute) h.entity_id AS "entityId", h.attribute, e.types[1] AS type,
    h.number AS value, h.instance ->> 'unitCode' AS unit
  FROM evolution h JOIN entity e ON e.tenant = h.tenant AND e.id = h.entity_id
  WHERE h.tenant = '' AND h.number IS NOT NULL AND e.types[1] = ANY ($1)
    AND (h.instance ->> 'observedAt') IS NOT NULL
  ORDER BY h.entity_id, h.attribute, h.at DESC`;
const SELECT_LAMPS = `SELECT id FROM entity WHERE tenant = '' AND types[1] = $1 ORDER BY id`;

/** The series of the territory in this database. */
export async function measuredSeries(db: Queryable): Promise<MeasuredSeries[]> {
  const { rows } = await db.query<{
    entityId: string;
    attribute: string;
    type: string;
    value: number;
    unit: string | null;
  }>({ text: SELECT_SERIES, values: [Object.keys(MEASURED)] });
  const { rows: lamps } = await db.query<{ id: string }>({ text: SELECT_LAMPS, values: [LAMP] });
  const others = rows.map(({ entityId, attribute, type, value, unit }, n) => ({
    entityId,
    attribute,
    members: `"type": "Property"${unit === null ? '' : `, "unitCode": "${unit}"`}`,
    everyMinutes: MEASURED[type] ?? LAMP_EVERY,
    usual: Math.max(LEAST_USUAL, Math.round(value * 10)),
    seed: lamps.length + n,
  }));
  return lamps
    .map(
      ({ id }, n): MeasuredSeries => ({
        entityId: id,
        attribute: POWER,
        members: '"type": "Property", "unitCode": "WTT"',
        everyMinutes: LAMP_EVERY,
        usual: LAMP_BY_NIGHT,
        byDay: LAMP_BY_DAY,
        seed: n,
      }),
    )
    .concat(others);
}

const QUARTER_MS = 900_000;
const DUSK_HOUR = 17;
const DAWN_HOUR = 6;

/** The measured value at a time in tenths: deterministic, within a fifth of the usual one. */
export function tenthsAt({ seed, usual, byDay }: MeasuredSeries, at: number): number {
  const hour = Math.floor(at / 3_600_000) % 24;
  const now = byDay !== undefined && hour < DUSK_HOUR && hour >= DAWN_HOUR ? byDay : usual;
  let mixed = Math.imul(seed ^ Math.imul(at / QUARTER_MS, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return Math.round((now * (800 + ((mixed >>> 16) % 401))) / 1000);
}
