import { computeTask } from '@alzette/kit/compute-task';
import { type StreetGraph, type Streets, streetGraph } from '@alzette/kit/streets';

export const GRAPH = computeTask<typeof graphOf>('decisions.street-graph', import.meta.url);

/** Its arrays are shared with the caller, not copied. */
export default function graphOf(streets: Streets): StreetGraph {
  return streetGraph(streets);
}
