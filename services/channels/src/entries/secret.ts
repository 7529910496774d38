/** What the secret of a channel is encrypted for. */
export function secretOwner(tenant: string, channel: string): string {
  return `channels.channel:${tenant}:${channel}`;
}
