import { computeTask, moved } from '@alzette/kit/compute-task';
import { type Reached, type ReachInput, reachOf } from './reach.ts';

const LIMIT_MS = 30_000;

export const REACH = computeTask<typeof reached>('decisions.reach', import.meta.url, { limitMs: LIMIT_MS });

export default function reached(input: ReachInput): Reached {
  const answer = reachOf(input);
  return moved(answer, [answer.counts.buffer, answer.nearest.buffer, answer.isApart.buffer] as ArrayBuffer[]);
}
