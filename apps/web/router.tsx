import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { parseSearch, stringifySearch } from '../../base/web/filters/search-params.ts'
import { Bones } from '../../base/web/parts/Bones.tsx'
import { ErrorPage } from '../../base/web/shell/ErrorPage.tsx'
import { NotFoundPage } from '../../base/web/shell/NotFoundPage.tsx'
import type { Page } from '../../base/web/shell/pages.ts'
import { identityRoutes } from '../../features/identity/web/sign-in-route.ts'
import { guestRoute } from '../../features/websh/web/guest-route.ts'
import { features } from './features.ts'
import { Guarded } from './Guarded.tsx'
import { SignedIn } from './SignedIn.tsx'

const root = createRootRoute()
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn })

const routeOf = (page: Page) => {
  const Component = lazy(async () => ({ default: await page.load() }))
  return createRoute({
    getParentRoute: () => signedIn,
    path: page.path,
    component: () => (
      <Guarded page={page}>
        <Suspense fallback={<Bones label="This page" />}>
          <Component />
        </Suspense>
      </Guarded>
    ),
  })
}

const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: lazyRouteComponent(identityRoutes.signIn, 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/accept',
    component: lazyRouteComponent(identityRoutes.accept, 'AcceptPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: guestRoute.path,
    component: lazyRouteComponent(guestRoute.page, 'GuestPage'),
  }),
  signedIn.addChildren([
    createRoute({
      getParentRoute: () => signedIn,
      path: '/',
      component: () => <Navigate to={'/commands' as '/'} replace />,
    }),
    ...features.flatMap(({ pages }) => pages).map(routeOf),
    createRoute({ getParentRoute: () => signedIn, path: '$', component: NotFoundPage }),
  ]),
])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
})
