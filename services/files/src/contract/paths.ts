export const FILES = { add: 'POST /files', show: 'GET /files/:id', remove: 'DELETE /files/:id' } as const;
