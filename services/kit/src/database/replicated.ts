/**
 * A statement whose commit waits, where commits have to wait for standbys, until they have all that was committed before. What was
 * found after its answer had been lost may be on the primary alone, and be lost with it: only after this may it be taken for done.
 */
export const CONFIRM_REPLICATED = `SELECT pg_logical_emit_message(true, 'alzette', 'confirmed')`;

/** SQLSTATE of a commit that was answered before the standbys had it. */
export const UNREPLICATED = '40003';
