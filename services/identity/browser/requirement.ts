/** The answer of `/oidc/sign-in`. */
export interface Requirement {
  readonly required: boolean;
  readonly issuer: string;
}

let read: Promise<Requirement | undefined> | undefined;

/** Whether pages require a sign-in, and where; requested once per page. Undefined: the server has no identity service. */
export function signInRequirement(): Promise<Requirement | undefined> {
  read ??= readRequirement();
  return read;
}

async function readRequirement(): Promise<Requirement | undefined> {
  const response = await fetch('/oidc/sign-in').catch(() => undefined);
  if (!response?.ok || !response.headers.get('content-type')?.includes('json')) return undefined;
  return (await response.json()) as Requirement;
}
