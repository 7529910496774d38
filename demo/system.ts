import type { PartsOf } from '@alzette/kit/service';
import type { systemService } from '@alzette/system';
import { measureNow } from '../services/system/src/measures.ts';

/** Makes a first measurement. */
export async function measure({ db, lags }: PartsOf<ReturnType<typeof systemService>>): Promise<void> {
  await measureNow(db, await lags());
}
