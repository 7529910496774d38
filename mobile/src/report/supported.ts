const KEPT_UNDER = 'alzette.supported';
const MOST = 200;

/** Ids of the reports that this device has supported with "me too". */
export function hasSupported(id: string): boolean {
  return read().includes(id);
}

export function keepSupported(id: string): void {
  localStorage.setItem(KEPT_UNDER, JSON.stringify([id, ...read()].slice(0, MOST)));
}

function read(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '[]') as string[]; // the app only writes text lists
  } catch {
    return [];
  }
}
