/** The statuses of a report that is not closed. */
export const OPEN_STATUSES = ['open', 'investigating', 'planned', 'inProgress'] as const;
