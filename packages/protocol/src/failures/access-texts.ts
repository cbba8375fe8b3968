/** What Bedrock says of access to models where it is asked for, word for word (WIRE §7.3). */
export const accessTexts = {
  formUnset: 'You have not filled out the request form. Fill out the form before getting access.',
  // Quoted from an access flow; [?] which operation says it, and with which status.
  formRequired: (region: string) =>
    `You have not filled out the required use-case form for this model. Complete the form at https://${region}.console.aws.amazon.com/bedrock/ before requesting access.`,
  // Quoted by users as a ValidationException.
  agreementExists: 'Could not create agreement - Agreement already exists',
  invalidOfferToken: 'Could not create agreement - Invalid offer token', // [?] in the manner of the one above
  agreementMissing: 'Could not delete agreement - Agreement does not exist', // [?] likewise
} as const
