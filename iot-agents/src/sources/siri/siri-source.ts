import type { SourceMembers } from '../items/source-members.ts';

/** Disruptions of public transport by SIRI Lite (French profile), in JSON. */
export interface SiriSource extends SourceMembers {
  readonly kind: 'siri';
  /** The source of kind gtfs whose stops and lines are meant. */
  readonly feed: string;
  readonly from: {
    /** The URL of Situation Exchange, with its parameters. */
    readonly situations: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly secretHeaders?: Readonly<Record<string, string>>;
    readonly secretParameters?: Readonly<Record<string, string>>;
  };
  /** Of times without a zone; default UTC. */
  readonly timeZone?: string;
}
