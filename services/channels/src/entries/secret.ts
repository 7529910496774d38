/** The owner string with which the secret of a channel is encrypted. */
export function secretOwner(tenant: string, channel: string): string {
  return `channels.channel:${tenant}:${channel}`;
}
