import { choice, integer, type KeyValues, model } from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const waterConsumptionObserved = model('WaterConsumption', 'WaterConsumptionObserved', '0.0.2', {
  ...identity,
  ...place,
  acquisitionStageFailure: integer(),
  alarmFlowPersistence: choice(
    'Nothing to report',
    'No persistence',
    'In progress impacting persistence',
    'In progress persistence',
    'Past Persistence during the period',
  ),
  alarmInProgress: choice(0, 1),
  alarmStopsLeaks: choice(0, 1),
  alarmTamper: choice(0, 1),
  alarmWaterQuality: choice(0, 1),
  maxFlow: integer({ unit: 'E32' }),
  minFlow: integer({ unit: 'E32' }),
  moduleTampered: integer(),
  persistenceFlowDuration: choice(
    '15m < 60m',
    '60m < 3h',
    '3h < 6h',
    '6h < 12h',
    '12h < 24h',
    '24h < 2d',
    '2d < 4d',
    '4d < 8d',
    '8d < 15d',
    '15d < 30d',
    '30d < 90d',
    '90d < 180d',
    '> 180d',
  ),
  waterConsumption: integer({ unit: 'MTQ' }),
  waterType: choice('hotWater', 'serviceWater'),
});
export type WaterConsumptionObserved = KeyValues<typeof waterConsumptionObserved>;
