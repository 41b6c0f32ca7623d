import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../../base/server/parts.ts'
import { identityFaults } from '../../common/faults.ts'
import { linksApi } from '../../common/links-api.ts'
import { linksEvents } from '../../common/links-events.ts'
import { acceptLink } from './accept-link.ts'
import type { LinkParts } from './hand-out-link.ts'
import { findOpenLink } from './links.ts'
import { MAIL_JOB, openLinkMail } from './mail-link.ts'

/** What whoever holds a link may do with it, and the mail that brings it to them. */
export function linksRoutes(parts: LinkParts): FeatureParts {
  const mail = openLinkMail(parts)
  return {
    ...serve(linksApi, linksEvents, {
      'auth.open-link': async ({ tx, input, now }) => {
        const link = await findOpenLink(tx, input.secret, now)
        if (!link) throw identityFaults['auth.link_not_valid']()
        const workspace = await tx.selectFrom('workspace').select('name').executeTakeFirstOrThrow()
        return {
          purpose: link.purpose,
          name: link.name,
          username: link.username,
          workspaceName: workspace.name,
          expiresAt: link.expires_at.toISOString(),
        }
      },
      'auth.accept-link': acceptLink(parts),
    }),
    jobs: { [MAIL_JOB]: mail.job },
    stop: mail.settled,
  }
}
