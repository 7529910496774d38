/** Cases our broker fails today, by id with the reason. A case that passes must leave the list. */
export const notYet: { readonly [caseId: string]: string } = {};
