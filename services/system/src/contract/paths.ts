export const SYSTEM = { report: 'GET /ops/system' } as const;

export const PUBLIC_STATUS = { status: 'GET /public/status' } as const;

export const TERRITORY_FILES = { compare: 'GET /ops/territory-files' } as const;

export const PUBLIC_COMPLIANCE = { norms: 'GET /public/compliance', norm: 'GET /public/compliance/:norm' } as const;
