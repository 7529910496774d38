import type { InsightsContract } from '@alzette/insights/contract';
import { INSIGHTS } from '@alzette/insights/paths';
import { clientOf } from '@alzette/web/asking';

export const insights = clientOf<InsightsContract>(INSIGHTS);
