import type { DemoContext } from '@alzette/kit/service';
import type { Proposals } from '../services/assistant/src/proposals/proposal-rows.ts';
import { lookAgain } from './look-again.ts';

const BY = 'service:demo';
const CLIENT = 'Assistant (démonstration)';
const LOOKS = { afterMs: 0, everyMs: 10_000, most: 30 };

/** Creates two proposals as soon as the demo has the lamps that they are about. Existing ones are not changed. */
export async function putProposals(
  { proposals }: { readonly proposals: Proposals },
  { tenant, client, context, logger }: DemoContext,
): Promise<(() => Promise<void>) | undefined> {
  const known = new Set((await proposals.of(tenant, BY)).map(({ kind }) => kind));
  if (known.has('work-order') && known.has('attributes')) return undefined;
  const put = async (number: number) => {
    const find = async (q: string) =>
      (await client.queryEntities({ type: 'Streetlight', q, limit: 1, format: 'simplified', tenant, context }))
        .entities[0];
    const defect = await find('status=="defectiveLamp"');
    const other = await find('status=="ok"');
    if ((defect === undefined || other === undefined) && number < LOOKS.most) return false;
    const from = { proposedBy: BY, client: CLIENT };
    if (defect !== undefined && !known.has('work-order')) {
      const reason =
        'Exemple de la démonstration : la lampe est annoncée défectueuse, un ordre de travail est proposé.';
      const change = { name: 'Remplacer la lampe', about: [defect.id], priority: 'normal' };
      await proposals.keep(tenant, { ...from, kind: 'work-order', entity: defect.id, change, reason });
    }
    if (other !== undefined && !known.has('attributes')) {
      const reason = 'Exemple de la démonstration : une note sur la lampe, que personne n’écrit sans votre accord.';
      const change = { description: { type: 'Property', value: 'À vérifier lors de la prochaine tournée' } };
      await proposals.keep(tenant, { ...from, kind: 'attributes', entity: other.id, change, reason });
    }
    return true;
  };
  return lookAgain(put, { ...LOOKS, logger });
}
