import { z } from 'zod'
import { command, PageAsk, page, query, redirect } from '../../../base/common/api.ts'
import { ClientSecret, Issuer, SignInWays, SingleSignOn } from './single-sign-on.ts'

const Settings = SingleSignOn.extend({
  hasClientSecret: z.boolean(),
  /** What the provider has to be told as the redirect address. */
  callback: z.string(),
})

/** Text another site puts into an address: what does not fit is not that site's answer to us. */
const Foreign = z.string().min(1).max(4000)

/** Signing in at a provider of OpenID Connect, and how it is set up. */
export const singleSignOnApi = {
  'auth.ways': query({
    allow: 'anyone',
    about: 'The ways to sign in here: what a sign-in page offers.',
    in: z.object({}),
    out: SignInWays,
  }),
  'auth.single-sign-on': redirect({
    allow: 'anyone',
    about: 'Sends the browser to the provider to sign in there.',
    quiet: 'It begins a sign-in; how that ends is recorded.',
    fromElsewhere: 'Whoever is sent here can only sign in as themselves.',
    refusedTo: '/sign-in',
    in: z.object({
      /** The address of the console to come back to. */
      to: z.string().max(2000).optional(),
      /** Asks the provider to make sure anew who is there, also of those it knows. */
      again: z.literal('true').optional(),
    }),
  }),
  'auth.single-sign-on-callback': redirect({
    allow: 'anyone',
    about: 'Where the provider sends the browser back to; signs in and leads on.',
    fromElsewhere:
      'It comes from the provider. The state must be that of the cookie, once, within ten minutes.',
    refusedTo: '/sign-in',
    in: z.object({
      state: Foreign.optional(),
      code: Foreign.optional(),
      iss: Foreign.optional(),
      error: Foreign.optional(),
    }),
  }),

  'single-sign-on.read': query({
    allow: ['admin', 'auditor'],
    about: 'How single sign-on is set up. The client secret is never shown.',
    in: z.object({}),
    out: Settings,
  }),
  'single-sign-on.update': command({
    allow: ['admin'],
    about: 'Changes what is given. A client secret is replaced, or removed with null.',
    stepUp: true,
    peopleOnly: true,
    in: SingleSignOn.extend({ clientSecret: ClientSecret.nullable() }).partial(),
    out: Settings,
  }),
  'single-sign-on.test': command({
    allow: ['admin'],
    about: 'Asks a provider what it is, and says what was found or what is wrong.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({
      /** Another issuer than the one that is set up. */
      issuer: Issuer.optional(),
    }),
    out: z.object({
      works: z.boolean(),
      /** One sentence each: what was found, or what is wrong and how to mend it. */
      findings: z.array(z.object({ isProblem: z.boolean(), words: z.string() })),
    }),
  }),
  'single-sign-on.links': query({
    allow: ['admin', 'auditor'],
    about: 'The people who sign in at a provider, in the order they came.',
    in: PageAsk,
    out: page(
      z.object({
        personId: z.uuid(),
        username: z.string(),
        name: z.string(),
        issuer: z.string(),
        /** Who they are there: the provider’s own identifier. */
        subject: z.string(),
        linkedAt: z.iso.datetime(),
      }),
    ),
  }),
  'single-sign-on.unlink': command({
    allow: ['admin'],
    about: 'Takes from a person the sign-in at a provider. Their sessions end.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({ personId: z.uuid() }),
    out: z.object({}),
  }),
}
