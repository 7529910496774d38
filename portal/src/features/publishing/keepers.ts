import { ask } from '@alzette/web/asking';
import { type Language, pathOf } from './publication.ts';

/** A personal link by which the keeper of a directory entry proposes changes. */
export interface KeeperLink {
  readonly id: string;
  readonly createdAt: string;
  readonly endsAt: string;
  readonly isValid: boolean;
}

/** A pending proposal of a keeper. */
export interface Proposal {
  readonly id: string;
  readonly item: string;
  /** The version of the entry that the differences are about. */
  readonly version: number;
  readonly title: string;
  readonly owner: string;
  readonly proposedAt: string;
  /** The URLs of pictures, by the id of their file. */
  readonly pictures: Readonly<Record<string, string>>;
  /** Members such as `telephone`, `image.file` and `texts.fr.summary`. */
  readonly differences: readonly { readonly member: string; readonly before?: string; readonly after?: string }[];
}

export interface Invitation {
  /** Whether it was sent by mail; otherwise `url` has the link, once. */
  readonly sent: boolean;
  readonly url?: string;
}

export async function listKeeperLinks(item: string, signal?: AbortSignal): Promise<readonly KeeperLink[]> {
  return (await ask<{ links: KeeperLink[] }>('GET', `${pathOf(item)}/keepers`, undefined, signal)).links;
}

/** @param email '': the link is not sent, but returned */
export function inviteKeeper(item: string, days: number, email: string, language: Language): Promise<Invitation> {
  return ask<Invitation>('POST', `${pathOf(item)}/keepers`, { days, language, ...(email !== '' && { email }) });
}

export function revokeKeeperLink(item: string, link: string): Promise<unknown> {
  return ask('DELETE', `${pathOf(item)}/keepers/${link}`);
}

/** The proposals that the reader may decide on, the oldest first. */
export async function listProposals(signal?: AbortSignal): Promise<readonly Proposal[]> {
  return (await ask<{ proposals: Proposal[] }>('GET', '/publishing/proposals', undefined, signal)).proposals;
}

/** @throws the entry or the proposal was changed since it was listed */
export function acceptProposal({ item, id, version }: Proposal): Promise<unknown> {
  const headers = { 'if-match': `"${version}"` };
  return ask('POST', `${pathOf(item)}/proposals/${id}/accept`, undefined, undefined, headers);
}

export function refuseProposal({ item, id }: Proposal, reason: string): Promise<unknown> {
  return ask('POST', `${pathOf(item)}/proposals/${id}/refuse`, { reason });
}
