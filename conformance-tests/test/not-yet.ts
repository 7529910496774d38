/** Cases that our broker fails today, by id with the reason. A case that passes must be removed. */
export const notYet: { readonly [caseId: string]: string } = {};
