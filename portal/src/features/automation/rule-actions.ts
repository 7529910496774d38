import type { RuleAction } from '@alzette/rules/contract';
import { durationOf, minutesOf } from '../../rules/duration.ts';

/** Who is told, by what; nobody if there is no channel. */
export interface Telling {
  /** As the API names them, such as `roster:night`; empty: whoever the channel reaches. */
  readonly to: string;
  readonly channels: readonly string[];
}

/** What follows from an alarm of a rule, as its form has it. */
export interface Following {
  readonly tell: Telling;
  /** When nobody has taken the alarm after some minutes. */
  readonly later: Telling & { readonly minutes: number };
  /** Whether a work order is made, and for whom. */
  readonly order: { readonly isMade: boolean; readonly organisation: string };
  /** What the form does not show. It stays. */
  readonly others: readonly RuleAction[];
}

type Notify = Extract<RuleAction, { type: 'notify' }>;

export const NOTHING_FOLLOWS: Following = {
  tell: { to: '', channels: [] },
  later: { to: '', channels: [], minutes: 15 },
  order: { isMade: false, organisation: '' },
  others: [],
};

export function followingOf(actions: readonly RuleAction[]): Following {
  const notices = actions.filter((action) => action.type === 'notify' && isPlain(action));
  const first = notices.filter(({ after }) => after === undefined);
  const tell = sameAs(first, first[0]);
  const delayed = notices.filter(({ after, unless }) => minutesAfter(after) > 0 && unless !== 'cleared');
  const later = sameAs(delayed, delayed[0]);
  const order = actions.find(
    (action) => action.type === 'workOrder' && !action.template && !action.priority && !action.after && !action.unless,
  );
  const shown = new Set<RuleAction>([...tell, ...later, ...(order ? [order] : [])]);
  return {
    tell: tellingOf(tell),
    later: { ...tellingOf(later), minutes: later[0] ? minutesAfter(later[0].after) : NOTHING_FOLLOWS.later.minutes },
    order: {
      isMade: order !== undefined,
      organisation: (order?.type === 'workOrder' && order.organisation) || '',
    },
    others: actions.filter((action) => !shown.has(action)),
  };
}

export function actionsOf({ tell, later, order, others }: Following): RuleAction[] {
  const notices = ({ to, channels }: Telling, more: Partial<Notify> = {}): RuleAction[] =>
    channels.map((channel) => ({ on: 'raise', type: 'notify', channel, ...(to && { to }), ...more }));
  return [
    ...notices(tell),
    ...notices(later, { after: durationOf(Math.max(1, later.minutes)) }),
    ...(order.isMade
      ? [
          {
            on: 'raise' as const,
            type: 'workOrder' as const,
            ...(order.organisation && { organisation: order.organisation }),
          },
        ]
      : []),
    ...others,
  ];
}

function isPlain(action: RuleAction): action is Notify {
  return action.type === 'notify' && action.on === 'raise' && action.template === undefined;
}

const minutesAfter = (after: string | undefined): number => (after === undefined ? 0 : (minutesOf(after) ?? 0));

/** Those with the same person and delay as one of them. */
function sameAs(notices: readonly Notify[], one: Notify | undefined): readonly Notify[] {
  return notices.filter(({ to, after, unless }) => to === one?.to && after === one?.after && unless === one?.unless);
}

function tellingOf(notices: readonly Notify[]): Telling {
  return { to: notices[0]?.to ?? '', channels: notices.map(({ channel }) => channel) };
}
