export const identityRoutes = { signIn: () => import('./SignInPage.tsx') }
