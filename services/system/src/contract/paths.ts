export const SYSTEM = { report: 'GET /ops/system' } as const;

export const PUBLIC_STATUS = { status: 'GET /public/status' } as const;

export const TERRITORY_FILES = { compare: 'GET /ops/territory-files' } as const;
