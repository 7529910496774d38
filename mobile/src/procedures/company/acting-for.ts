import type { Company } from '@alzette/procedures/contract';
import { shallowRef } from 'vue';

/** The company for which requests are written, until the app is closed. Absent: for oneself. */
export const actingFor = shallowRef<Pick<Company, 'id' | 'name'>>();
