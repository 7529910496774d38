import { AsyncLocalStorage } from 'node:async_hooks';
import { type Box, type Issue, messageOf, validate } from '@alzette/ngsi-ld-schemas/validation';
import { type Decide, inPlaceOf, type WriteLane } from '../entities/write-lane/write-lane.ts';
import type { Entity } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { Models } from './models.ts';
import { changedView, inModelUnits } from './validation-view.ts';

/** What the writes of one request were warned of. */
export const requestIssues = new AsyncLocalStorage<Set<Issue>>();

/**
 * A lane whose writes are held to their models where a policy says so: numbers come into the model's unit, and what a write
 * changes is rejected or told. Whatever way a write comes by, it passes here; without a policy it costs one look-up.
 */
export function lanePastModels(lane: WriteLane, models: Models, territory: Box): WriteLane {
  return {
    write: (tenant, entityId, decide) => lane.write(tenant, entityId, held(tenant, decide)),
    writeAll: (tenant, writes) =>
      lane.writeAll(
        tenant,
        writes.map(({ entityId, decide }) => ({ entityId, decide: held(tenant, decide) })),
      ),
  };

  function held<Result>(tenant: string, decide: Decide<Result>): Decide<Result> {
    const told = requestIssues.getStore(); // of the request, not of the lane's turn
    return inPlaceOf(decide, (before, at) => {
      const decision = decide(before, at);
      const { after } = decision;
      if (after === undefined || after === before) return decision;
      const checked = check(tenant, before, after, told);
      return checked === after ? decision : { ...decision, after: checked };
    });
  }

  /** @throws NgsiLdError BadRequestData: a model rejects it */
  function check(tenant: string, before: Entity | undefined, after: Entity, told: Set<Issue> | undefined): Entity {
    let entity = after;
    for (const type of after.types) {
      const mode = models.mode(tenant, type);
      if (mode === 'off') continue;
      const ready = models.find(tenant, type);
      if (ready === undefined) continue;
      entity = inModelUnits(before, entity, ready.model);
      const view = changedView(before, entity, ready.model);
      const issues = validate(view, ready.model, ready.check, { partial: before !== undefined, territory });
      const errors = issues.filter(({ severity }) => severity === 'error');
      if (mode === 'reject' && errors.length > 0) throw rejected(errors);
      for (const issue of issues) told?.add(issue);
    }
    return entity;
  }
}

function rejected(errors: readonly Issue[]): NgsiLdError {
  return new NgsiLdError('BadRequestData', errors.map((issue) => `${issue.code} ${messageOf(issue)}`).join(' '));
}
