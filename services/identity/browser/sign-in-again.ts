/** Whether the answer requires a more recent sign-in (RFC 9470). */
export function asksToSignInAgain({ headers }: Response): boolean {
  return headers.get('www-authenticate')?.includes('insufficient_user_authentication') === true;
}
