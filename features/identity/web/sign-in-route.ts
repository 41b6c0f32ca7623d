export const identityRoutes = {
  signIn: () => import('./SignInPage.tsx'),
  accept: () => import('./profile/AcceptPage.tsx'),
}
