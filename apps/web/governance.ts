import { NotFoundPage } from '../../base/web/shell/NotFoundPage.tsx'
import type { WebFeature } from '../../base/web/shell/pages.ts'

/**
 * Governance addresses belong to administrators and auditors whether or not a page is there already: a member who
 * opens one is told so, and the visit is recorded.
 */
export const governanceWeb: WebFeature = {
  pages: ['/governance', '/governance/$'].map((path) => ({
    path,
    allow: ['admin', 'auditor'],
    load: async () => NotFoundPage,
    denied: {
      title: 'Governance is for administrators',
      why: 'Approvals and the activity log show other people’s records, so the server does not send them to you.',
    },
  })),
}
