import { Endings } from '../../statements/statement-drill.ts';
import { compareAll } from './compare.ts';
import { live } from './live.ts';
import { daysOf, instant } from './measured.ts';
import { prepare } from './prepare.ts';
import { simulationMissing, startSimulatedProduct } from './simulated-product.ts';

/** Until the report of the month, its last night, and what comes late. */
const DAYS_AFTER = 3;

interface ProductMonth {
  readonly kills: number;
  /** The number of values that were compared, by what they are. */
  readonly compared: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
  /** Letters that came again, under their id. */
  readonly repeated: number;
}

/** Lives through months and prints what was compared. @returns whether all is right */
export async function runProductMonths(
  months: readonly string[],
  killEveryDays: number,
  say: (text: string) => void,
): Promise<boolean> {
  const missing = simulationMissing();
  if (missing !== undefined) throw new Error(missing);
  let isRight = true;
  for (const month of months) {
    const { kills, compared, faults, repeated } = await liveThroughProduct(month, killEveryDays, say);
    const counts = [...compared].map(([of, count]) => `${count} ${of}`).join(', ');
    say(`${month}  product  ${kills} kills  compared: ${counts}; ${faults.length} wrong; ${repeated} letters repeated`);
    for (const fault of faults.slice(0, 20)) say(`  ${fault}`);
    isRight &&= faults.length === 0;
  }
  return isRight;
}

/**
 * Lives through a month with the whole product in processes whose clocks are set from stop to stop, and which are killed again and
 * again; then compares all that it has summed, kept, raised and sent with what was measured.
 */
async function liveThroughProduct(
  month: string,
  killEveryDays: number,
  say: (text: string) => void,
  days = daysOf(month, DAYS_AFTER),
): Promise<ProductMonth> {
  const endings = new Endings();
  try {
    const [first = ''] = days;
    const product = await startSimulatedProduct(endings, instant(first, '00:01'));
    await prepare(product);
    const lived = await live(product, days, killEveryDays, say);
    return { kills: lived.kills, ...(await compareAll(product, days, lived)) };
  } finally {
    await endings.end();
  }
}
