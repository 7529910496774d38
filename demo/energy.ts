import type { energy } from '@alzette/energy';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import { type MeterState, readStates } from '../services/energy/src/meters/meter-rows.ts';
import { lookAgain } from './look-again.ts';

const LOOKS = { afterMs: 25_000, everyMs: 15_000, most: 60 };
/** Days of history after which a meter is complete. */
const COMPLETE_AFTER_DAYS = 300;

/** Analyses the meters while their history arrives. */
export async function analyseMeters(
  { db, looking }: PartsOf<typeof energy>,
  { tenant, logger }: DemoContext,
): Promise<() => Promise<void>> {
  const look = async () => {
    const states = [...(await readStates(db, tenant)).values()];
    const isComplete = ({ kind, days, heating }: MeterState) =>
      days.length > COMPLETE_AFTER_DAYS && (kind !== 'gas' || heating !== undefined);
    if (states.length > 0 && states.every(isComplete)) return true;
    await looking.enqueue({});
    return false;
  };
  return lookAgain(look, { ...LOOKS, logger });
}
