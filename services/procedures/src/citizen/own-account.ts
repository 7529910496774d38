import type { Caller } from '@alzette/kit/access';
import { todayIn } from '../companies/acting.ts';
import { procedureOf } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import type { KeptDossier } from '../stored/dossier-rows.ts';
import { commonOf } from '../views/shown-dossier.ts';

/** The most dossiers in one answer. */
export const MOST_SHOWN = 200;

/** Dossiers for those who may open them. @param tokenFor opens the dossier with this id */
export async function ownDossiers(
  parts: ProcedureParts,
  tenant: string,
  kept: readonly KeptDossier[],
  tokenFor: (id: string) => string,
) {
  const today = todayIn(parts, tenant);
  return Promise.all(
    kept.map(async ({ dossier }) => {
      const procedure = await procedureOf(parts.db, tenant, dossier);
      const { missing: _missing, ...common } = commonOf(procedure, dossier, today, '');
      return { ...common, token: tokenFor(dossier.id) };
    }),
  );
}

export async function vouchedFor({ vouched }: ProcedureParts, { person }: Caller) {
  return person === undefined ? undefined : vouched?.of(person);
}

/** By which the dossiers of a person are found. Undefined: the caller is nobody in particular. */
export function accountOf({ keyed }: ProcedureParts, { person, tenant }: Caller): string | undefined {
  return person === undefined ? undefined : keyed.hash('account', tenant, person);
}
