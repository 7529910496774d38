import type { Handlers } from '@alzette/kit/serve';
import type { PublicWasteContract } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { publicCentres } from './centres.ts';

/** Recycling centres: position, opening hours and waiting time. */
export function centreHandlers(parts: WasteParts): Handlers<PublicWasteContract, 'centres'> {
  return {
    async centres({ tenant, query: { commune } }) {
      const centres = await publicCentres(parts, tenant, await readSettings(parts.db, tenant));
      return { centres: centres.filter((centre) => commune === undefined || centre.commune === commune) };
    },
  };
}
