import type { SourceMembers } from '../items/source-members.ts';

/** A gateway of lighting by TALQ 2 (talq-consortium.org), of which we are the Central Management Software. */
export interface TalqSource extends SourceMembers {
  readonly kind: 'talq';
  readonly from: TalqFrom;
}

export interface TalqFrom {
  /** Of the gateway's API; `/devices` stands behind it. */
  readonly url: string;
  /** The UUID that the gateway knows us by. */
  readonly clientAddress: string;
  /** Default 2.6.2. */
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** The UUID that we have given the gateway; with a secret, it may call us at `/iot/talq/{source}`. */
  readonly gatewayAddress?: string;
  /** What it shows when it calls; kept encrypted. */
  readonly gatewaySecret?: string;
}
