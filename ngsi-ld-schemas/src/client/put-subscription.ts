import { type CallOptions, type NgsiLdClient, NgsiLdClientError } from './client.ts';

/**
 * Creates a subscription, or changes it to this if it exists: its receiver's address or its @context may be others than
 * at an earlier start. Pending notifications are kept.
 */
export async function putSubscription(
  client: NgsiLdClient,
  subscription: { readonly id: string } & Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<void> {
  try {
    await client.createSubscription(subscription, options);
  } catch (cause) {
    if (!(cause instanceof NgsiLdClientError) || cause.status !== 409) throw cause;
    const { id, type: _, ...changed } = subscription;
    await client.updateSubscription(id, changed, options);
  }
}
