import type { Transporter } from 'nodemailer'

export interface Message {
  readonly to: string
  readonly subject: string
  /** Plain text; lines end with \n. */
  readonly text: string
}

/** Sends mail as one address. */
export interface Mail {
  readonly from: string
  /** Resolves when the mail server has taken it. @throws Error with what the mail server, or the network, said */
  send(message: Message): Promise<void>
  close(): void
}

const PATIENCE_MILLISECONDS = 15_000

/**
 * @param url smtp://user:password@host:587, or smtps:// where TLS begins at once
 * @param from the address mail comes from, such as Annals <annals@example.com>
 */
export function openMail(url: string, from: string): Mail {
  let transport: Promise<Transporter> | undefined
  // Read when the first mail leaves: most installations send none.
  const connect = async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({
      url,
      connectionTimeout: PATIENCE_MILLISECONDS,
      greetingTimeout: PATIENCE_MILLISECONDS,
      socketTimeout: PATIENCE_MILLISECONDS,
      // What is sent is text; nothing in it may make the server open a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as Parameters<typeof createTransport>[0])
  }
  return {
    from,
    async send({ to, subject, text }) {
      const { rejected } = await (await (transport ??= connect())).sendMail({
        from,
        // Given as an object, so that an address is never read as a list of them.
        to: { name: '', address: to },
        subject,
        text,
      })
      if (rejected.length > 0) throw new Error(`the mail server refused the address ${to}`)
    },
    close() {
      void transport?.then((open) => open.close())
    },
  }
}
