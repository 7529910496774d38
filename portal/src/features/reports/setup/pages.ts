/** The administrators' settings for reports, one page each. */
export const SETUP_PAGES = ['categories', 'replies', 'intake', 'keys', 'blocks'] as const;
