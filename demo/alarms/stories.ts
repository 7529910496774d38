import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { PersonAct } from '../../services/alarms/src/contract/contract.ts';
import type { AlarmAct, AlarmDetails, Severity } from '../../services/alarms/src/ports.ts';

/** An alarm of the demo: the acts of rules and of people. */
interface DemoAlarm {
  readonly acts: readonly AlarmAct[];
  readonly byPeople: readonly PersonAct[];
}

/** Assets that alarms are about, in simplified form. */
export interface DemoAssets {
  readonly lamps: readonly Entity[];
  readonly cabinets: readonly Entity[];
  readonly containers: readonly Entity[];
}

const HOUR_MS = 3_600_000;

interface Story {
  readonly name: string;
  readonly asset: Entity | undefined;
  readonly severity: Severity;
  readonly category: string;
  readonly fr: string;
  readonly en: string;
  readonly de: string;
  readonly lb: string;
  /** Hours before now. */
  readonly raised: number;
  readonly cleared?: number;
  readonly byPeople?: readonly PersonAct[];
}

// Longer than 80 lines: a list of examples.
/** Two weeks of alarms, each status included. Alarms about missing assets are left out. */
export function demoAlarms({ lamps, cabinets, containers }: DemoAssets, now: Date): DemoAlarm[] {
  const later = (hours: number) => new Date(now.getTime() + hours * HOUR_MS).toISOString();
  const stories: Story[] = [
    {
      name: 'lamp-out',
      asset: lamps[3],
      severity: 'medium',
      category: 'lighting',
      fr: 'Lampe éteinte de nuit',
      en: 'Lamp dark at night',
      de: 'Lampe nachts dunkel',
      lb: 'Luucht an der Nuecht däischter',
      raised: 30,
    },
    {
      name: 'lamp-flicker',
      asset: lamps[11],
      severity: 'low',
      category: 'lighting',
      fr: 'Lampe qui clignote',
      en: 'Lamp flickers',
      de: 'Lampe flackert',
      lb: 'Luucht flackert',
      raised: 190,
      cleared: 150,
    },
    {
      name: 'lamp-day',
      asset: lamps[20],
      severity: 'low',
      category: 'lighting',
      fr: 'Lampe allumée de jour',
      en: 'Lamp burns by day',
      de: 'Lampe leuchtet am Tag',
      lb: 'Luucht liicht am Dag',
      raised: 76,
      byPeople: [
        { act: 'acknowledge' },
        { act: 'comment', text: 'Cellule à nettoyer, voir avec la prochaine tournée.' },
      ],
    },
    {
      name: 'lamp-repaired',
      asset: lamps[33],
      severity: 'medium',
      category: 'lighting',
      fr: 'Lampe éteinte de nuit',
      en: 'Lamp dark at night',
      de: 'Lampe nachts dunkel',
      lb: 'Luucht an der Nuecht däischter',
      raised: 320,
      cleared: 250,
      byPeople: [{ act: 'acknowledge' }, { act: 'close' }],
    },
    {
      name: 'cabinet-silent',
      asset: cabinets[1],
      severity: 'high',
      category: 'lighting',
      fr: 'Armoire sans nouvelles',
      en: 'Cabinet silent',
      de: 'Schaltschrank sendet nicht',
      lb: 'Schaltschaf schéckt näischt',
      raised: 5,
      byPeople: [{ act: 'start' }, { act: 'comment', text: 'Disjoncteur général déclenché, équipe sur place.' }],
    },
    {
      name: 'cabinet-power',
      asset: cabinets[4],
      severity: 'medium',
      category: 'energy',
      fr: 'Puissance inhabituelle',
      en: 'Unusual power',
      de: 'Ungewöhnliche Leistung',
      lb: 'Ongewéinlech Leeschtung',
      raised: 52,
      byPeople: [{ act: 'shelve', until: later(48), reason: 'Travaux sur le réseau jusqu’à la fin de la semaine' }],
    },
    {
      name: 'container-full',
      asset: containers[2],
      severity: 'medium',
      category: 'waste',
      fr: 'Conteneur plein',
      en: 'Container full',
      de: 'Container voll',
      lb: 'Container voll',
      raised: 9,
    },
    {
      name: 'container-hot',
      asset: containers[7],
      severity: 'critical',
      category: 'waste',
      fr: 'Température anormale dans un conteneur',
      en: 'Abnormal temperature in a container',
      de: 'Ungewöhnliche Temperatur in einem Container',
      lb: 'Ongewéinlech Temperatur an engem Container',
      raised: 120,
      cleared: 118,
      byPeople: [{ act: 'acknowledge' }],
    },
  ];
  return stories.flatMap((story) => (story.asset === undefined ? [] : [alarmOf(story, story.asset, now)]));
}

export function demoAlarmId(name: string): string {
  return `urn:ngsi-ld:Alert:demo-${name}`;
}

function alarmOf(
  { name, severity, category, fr, en, de, lb, raised, cleared, byPeople = [] }: Story,
  asset: Entity,
  now: Date,
): DemoAlarm {
  const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS).toISOString();
  const alarm = demoAlarmId(name);
  const place = String(asset.name ?? asset.id);
  const details: AlarmDetails = {
    rule: { id: `urn:ngsi-ld:Rule:demo-${name}`, version: 1, name: fr },
    cause: 'condition',
    entity: { id: asset.id, type: String(asset.type) },
    ...(asset.scope !== undefined && { scope: [asset.scope].flat() }),
    ...(asset.location !== undefined && { location: asset.location as NonNullable<AlarmDetails['location']> }), // validated by the broker
    severity,
    category,
    text: { fr: `${fr} : ${place}`, en: `${en}: ${place}`, de: `${de}: ${place}`, lb: `${lb}: ${place}` },
    dedupKey: name,
    actions: [],
  };
  const ruleAct = (kind: 'raise' | 'clear', at: string): AlarmAct => ({
    id: `${alarm}/${kind}`,
    alarm,
    kind,
    at,
    decidedAt: at,
    ...(kind === 'raise' ? { details } : { reason: 'condition' }),
  });
  return {
    acts: [ruleAct('raise', ago(raised)), ...(cleared === undefined ? [] : [ruleAct('clear', ago(cleared))])],
    byPeople,
  };
}
