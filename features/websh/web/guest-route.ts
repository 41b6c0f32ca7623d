/** The page a share link leads to, outside of the console: whoever comes there has no account. */
export const guestRoute = {
  path: '/shared-terminal',
  page: () => import('./live/GuestPage.tsx'),
}
