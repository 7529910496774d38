import { AsyncLocalStorage } from 'node:async_hooks';
import { type Decide, inPlaceOf, type WriteLane } from './write-lane.ts';

/** How many notifications led to the request that is being answered. Requests that none led to have no store. */
export const requestHops = new AsyncLocalStorage<number>();

/** A lane whose writes know how many notifications led to them. */
export function countedLane(lane: WriteLane): WriteLane {
  return {
    write(tenant, entityId, decide) {
      const hops = requestHops.getStore(); // of the request, not of the lane's turn
      return lane.write(tenant, entityId, hops === undefined ? decide : counted(decide, hops));
    },
    writeAll(tenant, writes) {
      const hops = requestHops.getStore();
      if (hops === undefined) return lane.writeAll(tenant, writes);
      return lane.writeAll(
        tenant,
        writes.map(({ entityId, decide }) => ({ entityId, decide: counted(decide, hops) })),
      );
    },
  };
}

function counted<Result>(decide: Decide<Result>, hops: number): Decide<Result> {
  return Object.assign(
    inPlaceOf(decide, (before, at) => decide(before, at)),
    { hops },
  );
}
