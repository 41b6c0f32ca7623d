const sentences: Record<string, (where: string) => string> = {
  ECONNREFUSED: (where) =>
    `Nothing listens at ${where}. Check that the server runs and that the address and port are right.`,
  ENOTFOUND: (where) => `The name in ${where} is not known here. Check its spelling and this machine's DNS.`,
  EAI_AGAIN: (where) => `The name in ${where} could not be looked up right now. Check this machine's DNS.`,
  EHOSTUNREACH: (where) => `There is no route to ${where}. Check this machine's network.`,
  ENETUNREACH: (where) => `There is no route to ${where}. Check this machine's network.`,
  ETIMEDOUT: (where) => `${where} did not answer in time. Check that no firewall is between.`,
  ECONNRESET: (where) =>
    `${where} closed the connection. If it is served by TLS, write https:// in the address.`,
  EPROTO: (where) => `${where} does not speak TLS. If it is served without, write http:// in the address.`,
  ERR_SSL_WRONG_VERSION_NUMBER: (where) =>
    `${where} does not speak TLS. If it is served without, write http:// in the address.`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: (where) =>
    `${where} does not speak TLS. If it is served without, write http:// in the address.`,
  CERT_HAS_EXPIRED: (where) => `The certificate of ${where} has expired, or this machine's clock is wrong.`,
  CERT_NOT_YET_VALID: (where) =>
    `The certificate of ${where} is not valid yet: this machine's clock is probably wrong.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (where) =>
    `The certificate of ${where} is for another name. Use the name the certificate is for.`,
}

const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]

/** What a failed connection means to the person who reads the log, in one sentence that says what to do. */
export function failureSentence(error: unknown, where: string): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: { code?: string }[] }
  const known = code ?? errors?.[0]?.code ?? ''
  const say = sentences[known]
  if (say !== undefined) return say(where)
  if (untrusted.includes(known)) {
    return `The certificate of ${where} is not signed by an authority this machine trusts. Point NODE_EXTRA_CA_CERTS at the file with the right authority.`
  }
  return `${where} cannot be reached: ${message || known || String(error)}.`
}

/** What a wrong HTTP status at the agent's address means. */
export function statusSentence(status: number, where: string): string {
  if (status === 404) return `There is no Annals at ${where}. Check the address.`
  if (status === 429) return `${where} asks to wait: too many connections from here.`
  if (status >= 500) return `${where} is not ready (HTTP ${status}).`
  return `${where} answered with HTTP ${status} instead of opening the link. A proxy between must pass WebSockets on.`
}
