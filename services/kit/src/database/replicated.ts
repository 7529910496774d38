/**
 * Where commits wait for standbys, the commit of this statement waits until they have everything committed before. If
 * an answer was lost and the data is then found in the database, it may be on the primary only, and be lost with it.
 * Only after this statement does it count as committed.
 */
export const CONFIRM_REPLICATED = `SELECT pg_logical_emit_message(true, 'alzette', 'confirmed')`;

/** SQLSTATE of a commit that was answered before the standbys had it. */
export const UNREPLICATED = '40003';
