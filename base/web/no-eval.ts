import { config } from 'zod'

// The content security policy forbids eval, and even trying it is reported: zod must not compile its schemas.
// This file is imported before any contract.
config({ jitless: true })
