import { computeTask } from '@alzette/kit/compute-task';
import { type PastReport, train } from './train.ts';

export const TRAINING = computeTask<typeof trainApart>('insights.training', import.meta.url);

export default function trainApart(reports: readonly PastReport[]) {
  return train(reports);
}
