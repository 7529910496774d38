/** What administrators set about reports, a page each. */
export const SETUP_PAGES = ['categories', 'replies', 'intake', 'keys', 'blocks'] as const;
