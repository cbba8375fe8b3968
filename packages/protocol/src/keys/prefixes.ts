/** What every short-term key begins with. */
export const shortTermPrefix = 'bedrock-api-key-'
/** What every long-term key begins with. */
export const longTermPrefix = 'ABSK'
