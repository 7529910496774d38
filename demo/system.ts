import type { PartsOf } from '@alzette/kit/service';
import type { systemService } from '@alzette/system';
import { measureNow } from '../services/system/src/measures.ts';

/** Makes first measurements. */
export async function measure({ db, lags, look }: PartsOf<ReturnType<typeof systemService>>): Promise<void> {
  await measureNow(db, await lags());
  await look();
}
