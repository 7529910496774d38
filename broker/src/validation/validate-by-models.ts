import { type Box, type Issue, messageOf, validate } from '@alzette/ngsi-ld-schemas/validation';
import type { CheckWrite } from '../entities/write-lane/authorized-lane.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { Models } from './models.ts';
import { changedView, inModelUnits } from './validation-view.ts';

/**
 * Validates writes if a policy requires it: converts numbers to the unit of the model, and refuses or warns about the
 * changed part. Without a policy it costs one look-up.
 *
 * @throws NgsiLdError BadRequestData: the write violates a model
 */
export function checkByModels(models: Models, territory: Box): CheckWrite {
  return ({ tenant, issues: warnings }, before, after) => {
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
      for (const issue of issues) warnings?.add(issue);
    }
    return entity;
  };
}

function rejected(errors: readonly Issue[]): NgsiLdError {
  return new NgsiLdError('BadRequestData', errors.map((issue) => `${issue.code} ${messageOf(issue)}`).join(' '));
}
