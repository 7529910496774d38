import type { InsightsContract } from '@alzette/insights/contract';
import { INSIGHTS } from '@alzette/insights/paths';
import { service } from '../../broker/service.ts';

export const insights = service<InsightsContract>(INSIGHTS);
