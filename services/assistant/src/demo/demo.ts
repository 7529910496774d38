import type { DemoContext } from '@alzette/kit/service';
import type { Proposals } from '../proposals/proposal-rows.ts';

const BY = 'service:demo';
const CLIENT = 'Assistant (démonstration)';
const LOOK_EVERY_MS = 10_000;
const MAX_RUNS = 30;

/** Creates two proposals as soon as the demo has the lamps that they are about. Existing ones are not changed. */
export async function putDemo(
  { tenant, client, logger }: DemoContext,
  proposals: Proposals,
  context: string,
): Promise<(() => Promise<void>) | undefined> {
  const known = new Set((await proposals.of(tenant, BY)).map(({ kind }) => kind));
  if (known.has('work-order') && known.has('attributes')) return undefined;
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  const put = async () => {
    looks += 1;
    const find = async (q: string) =>
      (await client.queryEntities({ type: 'Streetlight', q, limit: 1, format: 'simplified', tenant, context }))
        .entities[0];
    const defect = await find('status=="defectiveLamp"');
    const other = await find('status=="ok"');
    if ((defect === undefined || other === undefined) && looks < MAX_RUNS) return next();
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
  };
  const next = () => {
    timer = setTimeout(() => {
      put().catch((err: unknown) => logger.warn({ err }, 'could not create the demo of the assistant'));
    }, LOOK_EVERY_MS);
  };
  await put();
  return async () => clearTimeout(timer);
}
