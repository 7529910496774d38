import type { SourceMembers } from '../items/source-members.ts';

/** A street lighting gateway with TALQ 2 (talq-consortium.org), for which we are the Central Management Software. */
export interface TalqSource extends SourceMembers {
  readonly kind: 'talq';
  readonly from: TalqFrom;
}

export interface TalqFrom {
  /** The base URL of the gateway's API, without `/devices`. */
  readonly url: string;
  /** Our UUID at the gateway. */
  readonly clientAddress: string;
  /** Default 2.6.2. */
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** The UUID that we assigned to the gateway; with a secret, it may call `/iot/talq/{source}`. */
  readonly gatewayAddress?: string;
  /** The gateway's secret for calls; stored encrypted. */
  readonly gatewaySecret?: string;
}
