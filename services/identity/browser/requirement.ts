/** What `/oidc/sign-in` says. */
export interface Requirement {
  readonly required: boolean;
  readonly issuer: string;
}

let read: Promise<Requirement | undefined> | undefined;

/** Whether pages need a sign-in, and where; asked once per page. Undefined: there is no identity beside the page. */
export function signInRequirement(): Promise<Requirement | undefined> {
  read ??= readRequirement();
  return read;
}

async function readRequirement(): Promise<Requirement | undefined> {
  const response = await fetch('/oidc/sign-in').catch(() => undefined);
  if (!response?.ok || !response.headers.get('content-type')?.includes('json')) return undefined;
  return (await response.json()) as Requirement;
}
