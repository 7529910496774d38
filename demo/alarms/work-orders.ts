import type { NewWorkOrder, WorkOrderAct } from '../../services/alarms/src/contract/contract.ts';
import { type DemoAssets, demoAlarmId } from './stories.ts';

/** A work order of the demo, with the acts that followed. */
interface DemoWorkOrder {
  readonly given: NewWorkOrder & { readonly id: string };
  readonly acts: readonly WorkOrderAct[];
}

/** A contractor of the communes. Policies let it see only its own orders. */
const CONTRACTOR = 'Prestataire_eclairage';
const DAY_MS = 24 * 3_600_000;

/** Work orders, one of each status. */
export function demoWorkOrders({ lamps, cabinets, containers }: DemoAssets, now: Date): DemoWorkOrder[] {
  const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString();
  const dayOf = (days: number) => inDays(days).slice(0, 10);
  const checklist = [
    { id: 'safe', label: 'Consignation faite' },
    { id: 'work', label: 'Intervention faite' },
    { id: 'tested', label: 'Essai de nuit fait' },
  ];
  const done: WorkOrderAct[] = checklist.map(({ id }) => ({ act: 'check', item: id, done: true }));
  const order = (name: string, given: Omit<NewWorkOrder, 'id'>, acts: readonly WorkOrderAct[] = []): DemoWorkOrder => ({
    given: { id: `urn:ngsi-ld:WorkOrder:demo-${name}`, ...given },
    acts,
  });
  const about = (entity: { readonly id: string } | undefined) => (entity === undefined ? {} : { about: [entity.id] });
  return [
    order('open', {
      name: 'Nettoyer la cellule d’un candélabre',
      priority: 'low',
      dueDate: inDays(12),
      ...about(lamps[20]),
    }),
    order('assigned', {
      name: 'Remplacer une lampe éteinte',
      alarms: [demoAlarmId('lamp-out')],
      organisation: CONTRACTOR,
      dueDate: inDays(3),
      checklist,
      needsSignature: true,
    }),
    order(
      'in-progress',
      {
        name: 'Rétablir l’armoire sans nouvelles',
        alarms: [demoAlarmId('cabinet-silent')],
        organisation: CONTRACTOR,
        priority: 'urgent',
        dueDate: inDays(1),
        checklist,
        ...about(cabinets[1]),
      },
      [{ act: 'start' }, { act: 'check', item: 'safe', done: true }, { act: 'time', minutes: 50, date: dayOf(0) }],
    ),
    order(
      'on-hold',
      { name: 'Contrôler un départ d’armoire', organisation: CONTRACTOR, dueDate: inDays(6), ...about(cabinets[4]) },
      [{ act: 'start' }, { act: 'hold', reason: 'Pièce commandée, livraison attendue' }],
    ),
    order(
      'completed',
      { name: 'Redresser un conteneur', assignee: 'Régie', dueDate: inDays(-1), checklist, ...about(containers[5]) },
      [
        { act: 'start' },
        ...done,
        { act: 'time', minutes: 35, date: dayOf(-1) },
        { act: 'complete', outcome: 'Conteneur recalé sur sa dalle' },
      ],
    ),
    order(
      'closed',
      { name: 'Remplacer un ballast', organisation: CONTRACTOR, dueDate: inDays(-8), checklist, ...about(lamps[33]) },
      [
        ...done,
        { act: 'time', minutes: 75, date: dayOf(-9) },
        { act: 'complete', outcome: 'Ballast remplacé' },
        { act: 'close' },
      ],
    ),
    order('cancelled', { name: 'Vider un conteneur hors tournée', priority: 'high', ...about(containers[7]) }, [
      { act: 'cancel', reason: 'Vidé par la tournée du matin' },
    ]),
  ];
}
